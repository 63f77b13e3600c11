import type { Command } from 'commander';
import { z } from 'zod';
import { forecastAnswer, type ForecastAnswer } from '../../../contract/resources/forecast.js';
import { formatDuration } from '../../../config/values/duration.js';
import { act, type Cli, connect } from '../../cli.js';
import type { Context } from '../../context.js';
import { EXIT } from '../../exit.js';
import { wholeNumber, withExamples } from '../../options.js';
import { facts, macs, printJson, table } from '../../output/print.js';

const forecastOptions = z.object({
  window: z.string().optional(),
  hourlyCap: wholeNumber(1).optional(),
  inFlight: wholeNumber(1).optional(),
  days: wholeNumber(1, 1_100).default(365),
  every: wholeNumber(1).default(7),
  profile: z.string().optional(),
  instance: z.string().optional(),
});

/**
 * Adds `recert forecast`, which shows expiries and planned renewals for the coming year and whether the configured
 * limits are sufficient.
 */
export function addForecastCommand(program: Command, cli: Cli): void {
  const command = program
    .command('forecast')
    .description('expiries and planned renewals for the coming year; exit code 1 if the limits are too low')
    .option(
      '--window <duration>',
      'forecast with this renewal window instead of the configured one, such as 14d',
    )
    .option(
      '--hourly-cap <count>',
      'forecast with this rate limit (certificates per hour) instead of the configured one',
    )
    .option(
      '--in-flight <count>',
      'forecast with this concurrency limit (redistributions in progress) instead of the configured one',
    )
    .option('--days <count>', 'number of days to forecast', '365')
    .option('--every <days>', 'number of days that one row of the table covers', '7')
    .option('--profile <profile>', 'watched profile; required if several are configured')
    .option('--instance <instance>', 'Jamf Pro server; required if several are configured');
  withExamples(
    command,
    'recert forecast',
    'recert forecast --window 14d --hourly-cap 50',
    'recert forecast --json | jq .sentence',
  );
  act(command, cli, forecastOptions, async ({ options }) => {
    const { window, hourlyCap, inFlight, days, profile, instance } = options;
    const seen = await connect(
      cli,
      options,
    )({
      path: 'forecast',
      query: { window, hourlyCap, inFlight, days, profile, instance },
      answer: forecastAnswer,
    });
    if (options.json) printJson(cli.context, seen);
    else cli.context.out(screen(seen, options.every, cli.context));
    return seen.shortAt === null ? EXIT.done : EXIT.failed;
  });
}

function screen(seen: ForecastAnswer, every: number, { colors }: Context): string {
  const { settings, computers } = seen;
  const verdict = seen.shortAt === null ? colors.green(seen.sentence) : colors.red(seen.sentence);
  const head = facts(
    [
      [
        'profile',
        `${seen.profile} on ${seen.instance}, ${settings.mode === 'act' ? 'active' : 'observe mode'}`,
      ],
      [
        seen.whatIf ? 'assumed instead' : 'settings',
        `renewal window ${formatDuration(settings.windowMs)}, rate limit ${settings.hourlyCap} per hour, concurrency limit ${settings.inFlight}`,
      ],
      [
        'verification',
        `${formatDuration(settings.proofMs)} after the trigger on average, estimated from how often the Macs report inventory`,
      ],
      [
        'fleet',
        `${macs(computers.counted)}, ${computers.unknown} with unknown status${computers.complete ? '' : '; incomplete: not all Macs were read'}`,
      ],
    ],
    colors,
  );
  const rows = rowsOf(seen.days, every).filter((line) => line.sums.some((number) => number > 0));
  const lines = table(
    ['FROM', 'EXPIRING', 'DUE', 'PLANNED', 'WAITING', 'OVERDUE', 'EXPIRED BEFORE RENEWAL'],
    rows.map(({ at, sums }) => [
      new Date(at).toISOString().slice(0, 10),
      ...sums.map((number, index) => (number > 0 && index > 3 ? colors.red(String(number)) : String(number))),
    ]),
    colors,
  );
  return [head, lines, verdict].join('\n\n');
}

/**
 * Groups the days into table rows of `every` days. A row shows the sum over its days. For the waiting Macs, it shows
 * their number on the last day of the row.
 */
function rowsOf(days: ForecastAnswer['days'], every: number): { at: number; sums: number[] }[] {
  return Array.from({ length: Math.ceil(days.length / every) }, (_, index) => {
    const some = days.slice(index * every, (index + 1) * every);
    const sum = (field: 'expiring' | 'due' | 'planned' | 'late' | 'lapsing') =>
      some.reduce((total, day) => total + day[field], 0);
    return {
      at: some[0]?.at ?? 0,
      sums: [
        sum('expiring'),
        sum('due'),
        sum('planned'),
        some.at(-1)?.waiting ?? 0,
        sum('late'),
        sum('lapsing'),
      ],
    };
  });
}
