import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { act, type Cli } from '../../cli.js';
import { CliError, EXIT } from '../../exit.js';
import { withExamples } from '../../options.js';
import { macs, printJson } from '../../output/print.js';
import { answerOf } from '../../simulate/answer.js';
import { fromFleet } from '../../simulate/from-fleet.js';
import {
  asksForPolicy,
  policyOf,
  scenarioOf,
  type SimulateOptions,
  simulateOptions,
} from '../../simulate/options.js';
import { drawYear } from '../../simulate/picture.js';
import { yearsTable } from '../../simulate/table.js';
import { watchYears } from '../../simulate/trials.js';

/**
 * Adds `recert simulate`, which simulates a year of a fleet under several policies and compares the results. This
 * takes some seconds.
 */
export function addSimulateCommand(program: Command, cli: Cli): void {
  const command = program
    .command('simulate')
    .description(
      'simulate a year of a fleet under several policies, with outages and failures, and compare them',
    )
    .option('--computers <count>', 'number of Macs, all enrolled within two weeks', '10000')
    .option('--days <count>', 'number of days to simulate, such as 1095 for three years', '365')
    .option('--seed <number>', 'seed of the random fleet', '1')
    .option('--window <duration>', 'renewal window of the simulated policy')
    .option('--hourly-cap <count>', 'rate limit of the simulated policy (certificates per hour)')
    .option('--in-flight <count>', 'concurrency limit of the simulated policy (redistributions in progress)')
    .option('--inventory <duration>', 'interval at which the Macs report inventory', '7d')
    .option('--failing <share>', 'share of certificate requests that fail', '0.02')
    .option('--away <share>', 'share of Macs that are offline for a month', '0.05')
    .option('--ca-outage <duration>', 'duration of a CA outage on day 40')
    .option(
      '--from-fleet',
      'use the expiries, settings and inventory interval of the running service instead of a random fleet',
    )
    .option('--profile <profile>', 'with --from-fleet: watched profile')
    .option('--instance <instance>', 'with --from-fleet: Jamf Pro server')
    .option('--picture <file>', 'also write charts to this SVG file');
  withExamples(
    command,
    'recert simulate --computers 20000 --days 1095',
    'recert simulate --from-fleet --window 14d --hourly-cap 50 --picture year.svg',
  );
  act(command, cli, simulateOptions, async ({ options }) => {
    const { context } = cli;
    const { scenario, trials, about } = options.fromFleet
      ? await fromFleet(cli, options)
      : { ...invented(options), about: null };
    if (scenario.computers === 0)
      throw new CliError(
        EXIT.notFound,
        'The fleet has no known certificate that is still valid. Run `recert status` for details.',
      );
    context.err(context.colors.dim(`${macs(scenario.computers)}, ${scenario.days} days`));
    const years = await watchYears(scenario, trials, context);
    if (options.picture !== undefined)
      writeFileSync(options.picture, drawYear(years, `${macs(scenario.computers)}, ${scenario.days} days`));
    if (options.json)
      printJson(context, {
        fleet: about,
        computers: scenario.computers,
        days: scenario.days,
        seed: scenario.seed,
        answer: answerOf(years, scenario),
        years,
      });
    else
      context.out(
        [
          ...(about === null ? [] : [about.sentence]),
          yearsTable(years, context),
          answerOf(years, scenario).join('\n'),
        ].join('\n\n'),
      );
    return EXIT.done;
  });
}

function invented(options: SimulateOptions) {
  const scenario = scenarioOf(options, null);
  const defaults = policyOf({});
  return {
    scenario,
    trials: [
      ...(asksForPolicy(options) ? [{ name: 'Recert, custom', policy: policyOf(options) }] : []),
      { name: 'Recert, defaults', policy: defaults },
    ],
  };
}
