import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { forecastAnswer } from '../../api/schemas/forecast.js';
import { act, type Cli, connect } from '../cli.js';
import { CliError, EXIT } from '../exit.js';
import { macs, printJson } from '../print.js';
import { policyOf, scenarioOf, type SimulateOptions, simulateOptions } from '../simulate/options.js';
import { drawYear } from '../simulate/picture.js';
import { settingsOf, yearsTable } from '../simulate/table.js';
import { allYears, ampleFor, type Year } from '../simulate/trials.js';

/** Adds `recert simulate`: a year of a fleet under several policies, in some seconds. */
export function addSimulateCommand(program: Command, cli: Cli): void {
  const command = program
    .command('simulate')
    .description(
      'live a year of a fleet through under several policies, with outages and failures, and compare',
    )
    .option('--computers <count>', 'Macs, enrolled within two weeks', '10000')
    .option('--days <count>', 'how long; 1095 for three years', '365')
    .option('--seed <number>', 'another seed, another fleet', '1')
    .option('--window <duration>', 'the window of Recert')
    .option('--hourly-cap <count>', 'its hourly cap')
    .option('--in-flight <count>', 'its in-flight cap')
    .option('--inventory <duration>', 'how often Macs report inventory', '7d')
    .option('--failing <share>', 'share of enrolments that fail', '0.02')
    .option('--away <share>', 'share of Macs that are away for a month', '0.05')
    .option('--ca-outage <duration>', 'the CA does not answer for so long, on day 40')
    .option('--from-fleet', 'take expiries, settings and inventory from the fleet of the running service')
    .option('--profile <profile>', 'the watched profile, with --from-fleet')
    .option('--instance <instance>', 'the Jamf Pro server, with --from-fleet')
    .option('--picture <file>', 'write a picture (SVG), too')
    .addHelpText(
      'after',
      '\nExamples:\n  recert simulate --computers 20000 --days 1095\n  recert simulate --from-fleet --window 14d --hourly-cap 50 --picture year.svg',
    );
  act(command, cli, simulateOptions, async ({ options }) => {
    const { context } = cli;
    const { scenario, trials } = options.fromFleet ? await fromFleet(cli, options) : invented(options);
    if (scenario.computers === 0)
      throw new CliError(EXIT.notFound, 'The fleet has no certificate that is known.');
    context.err(context.colors.dim(`${macs(scenario.computers)}, ${scenario.days} days`));
    const years: Year[] = [];
    for (const year of allYears(scenario, trials)) {
      years.push(year);
      context.err(context.colors.dim(`  ${year.policy}: done`));
    }
    if (options.picture !== undefined)
      writeFileSync(options.picture, drawYear(years, `${macs(scenario.computers)}, ${scenario.days} days`));
    if (options.json)
      printJson(context, { computers: scenario.computers, days: scenario.days, seed: scenario.seed, years });
    else {
      const settings = years
        .filter(({ rails }) => rails !== undefined)
        .map((year) => `${year.policy}: ${settingsOf(year)}`);
      context.out([yearsTable(years, context), settings.join('\n')].join('\n\n'));
    }
    return EXIT.done;
  });
}

type Options = SimulateOptions & { url?: string | undefined; token?: string | undefined; json: boolean };

function asksForPolicy({ window, hourlyCap, inFlight }: Options): boolean {
  return [window, hourlyCap, inFlight].some((one) => one !== undefined);
}

function invented(options: Options) {
  const scenario = scenarioOf(options, null);
  const defaults = policyOf({});
  return {
    scenario,
    trials: [
      ...(asksForPolicy(options) ? [{ name: 'Recert as asked', policy: policyOf(options) }] : []),
      { name: 'Recert, defaults', policy: defaults },
      { name: 'Recert, planned', policy: ampleFor(scenario, defaults) },
    ],
  };
}

/** Expiries, settings and the age of inventory come from the forecast: no name and no serial number leaves the service. */
async function fromFleet(cli: Cli, options: Options) {
  const { profile, instance, days } = options;
  const seen = await connect(
    cli,
    options,
  )({
    path: 'forecast',
    query: { profile, instance, days: Math.max(days, 800) },
    answer: forecastAnswer,
  });
  const { windowMs, hourlyCap, inFlight, proofMs, lifetimeMs } = seen.settings;
  const expiring = seen.days.map((day) => day.expiring);
  const base = scenarioOf({ ...options, inventory: Math.max(2 * proofMs, 3_600_000) }, expiring);
  const scenario = { ...base, lifetimeMs };
  const configured = policyOf({ window: windowMs, hourlyCap, inFlight });
  return {
    scenario,
    trials: [
      { name: 'Recert as configured', policy: configured },
      ...(asksForPolicy(options) ? [{ name: 'Recert as asked', policy: policyOf(options, configured) }] : []),
      { name: 'Recert, planned', policy: ampleFor(scenario, configured) },
    ],
  };
}
