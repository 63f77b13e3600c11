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

/** Adds `recert forecast`: what is coming, and whether the caps will do. */
export function addForecastCommand(program: Command, cli: Cli): void {
  const command = program
    .command('forecast')
    .description(
      'expiries, due dates and planned redistributions of the coming year; exit code 1 when the caps will not do',
    )
    .option('--window <duration>', 'what if the window were this, such as 14d')
    .option('--hourly-cap <count>', 'what if the hourly cap were this')
    .option('--in-flight <count>', 'what if the in-flight cap were this')
    .option('--days <count>', 'how far to look', '365')
    .option('--every <days>', 'days in one line of the table', '7')
    .option('--profile <profile>', 'the watched profile, when there are several')
    .option('--instance <instance>', 'the Jamf Pro server, when there are several');
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
      ['profile', `${seen.profile} of ${seen.instance}, mode ${settings.mode}`],
      [
        seen.whatIf ? 'what if' : 'settings',
        `window ${formatDuration(settings.windowMs)}, ${settings.hourlyCap} an hour, ${settings.inFlight} in flight`,
      ],
      [
        'proof',
        `${formatDuration(settings.proofMs)} after the trigger, on average, as this fleet reports inventory`,
      ],
      [
        'fleet',
        `${macs(computers.counted)}, and ${computers.unknown} of which nothing can be said${computers.complete ? '' : '; not all of them were read'}`,
      ],
    ],
    colors,
  );
  const rows = weeks(seen.days, every).filter((line) => line.sums.some((number) => number > 0));
  const lines = table(
    ['FROM', 'EXPIRING', 'DUE', 'PLANNED', 'WAITING', 'LATE', 'LAPSING'],
    rows.map(({ at, sums }) => [
      new Date(at).toISOString().slice(0, 10),
      ...sums.map((number, index) => (number > 0 && index > 3 ? colors.red(String(number)) : String(number))),
    ]),
    colors,
  );
  return [head, lines, verdict].join('\n\n');
}

/** Sums of so many days a line; of those who wait, the number at its end. */
function weeks(days: ForecastAnswer['days'], every: number): { at: number; sums: number[] }[] {
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
