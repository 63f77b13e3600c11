import { forecastAnswer } from '../../contract/resources/forecast.js';
import { formatDuration } from '../../config/values/duration.js';
import { profileSchema } from '../../config/sections/profile.js';
import { DAY_MS } from '../../simulation/scenario.js';
import { type Cli, connect } from '../cli.js';
import { macs } from '../output/print.js';
import { asksForPolicy, NAMELESS, policyOf, scenarioOf, type SimulateOptions } from './options.js';
import { ampleFor } from './trials.js';

type Options = SimulateOptions & Parameters<typeof connect>[1];

/** As far as a forecast looks: what expires later is not asked for within the years that can be simulated. */
const FARTHEST_DAYS = 1_100;
const HOUR_MS = 3_600_000;

/**
 * The fleet of the running service: expiries, lifetime, settings and the age of inventory come from its forecast, so that no name and no
 * serial number leaves it. What the service cannot know is invented: who is online when, what fails, and outages.
 */
export async function fromFleet(cli: Cli, options: Options) {
  const { profile, instance } = options;
  const seen = await connect(
    cli,
    options,
  )({ path: 'forecast', query: { profile, instance, days: FARTHEST_DAYS }, answer: forecastAnswer });
  const { proofMs, lifetimeMs } = seen.settings;
  const expiring = seen.days.map((day) => day.expiring);
  const base = scenarioOf({ ...options, inventory: Math.max(2 * proofMs, HOUR_MS) }, expiring);
  const scenario = { ...base, lifetimeMs, startAt: Math.floor(seen.at / DAY_MS) * DAY_MS };
  const configured = profileSchema.parse({ ...seen.configured, ...NAMELESS });
  return {
    scenario,
    about: aboutOf(seen, scenario),
    trials: [
      { name: 'Recert as configured', policy: configured },
      ...(asksForPolicy(options) ? [{ name: 'Recert as asked', policy: policyOf(options, configured) }] : []),
      { name: 'Recert, planned', policy: ampleFor(scenario, configured) },
    ],
  };
}

type Scenario = ReturnType<typeof scenarioOf>;

function aboutOf(
  { instance, profile, settings, computers }: ReturnType<typeof forecastAnswer.parse>,
  { computers: taken, inventoryEveryMs, lifetimeMs }: Scenario,
) {
  const { counted, expired, unknown, complete } = computers;
  const beyond = counted - expired - taken;
  const left = [
    ...(expired === 0 ? [] : [`${macs(expired)} expired already`]),
    ...(unknown === 0 ? [] : [`${macs(unknown)} of which nothing can be said`]),
    ...(beyond === 0 ? [] : [`${macs(beyond)} good for more than three years`]),
  ];
  const sentence = [
    `The fleet of ${profile} on ${instance}: ${macs(taken)} as they expire, certificates of ${formatDuration(days(lifetimeMs))}, inventory every ${formatDuration(days(inventoryEveryMs))}${settings.mode === 'observe' ? '; the profile is in mode observe, the year is lived as if it acted' : ''}.`,
    ...(left.length === 0 ? [] : [`Left out: ${left.join(', ')}.`]),
    ...(complete ? [] : ['It has more Macs than a forecast reads.']),
    'Who is online when, what fails and the outages are invented: docs/fleet-year.md says how.',
  ].join(' ');
  return { instance, profile, ...computers, sentence };
}

/** To be read: whole days, or whole hours below one. */
function days(ms: number): number {
  return ms >= DAY_MS ? Math.round(ms / DAY_MS) * DAY_MS : Math.max(1, Math.round(ms / HOUR_MS)) * HOUR_MS;
}
