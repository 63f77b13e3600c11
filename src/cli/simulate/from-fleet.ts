import { forecastAnswer } from '../../contract/resources/forecast.js';
import { formatDuration } from '../../config/values/duration.js';
import { type ProfileConfig, profileSchema } from '../../config/sections/profile.js';
import { DAY_MS } from '../../simulation/scenario.js';
import { type Cli, connect } from '../cli.js';
import { macs } from '../output/print.js';
import { asksForPolicy, NAMELESS, policyOf, scenarioOf, type SimulateOptions } from './options.js';

type Options = SimulateOptions & Parameters<typeof connect>[1];

/**
 * Number of days that the forecast must cover: the maximum simulated time. Later expiries have no effect on the
 * simulation.
 */
const FORECAST_DAYS = 1_100;
const HOUR_MS = 3_600_000;

/**
 * Builds a scenario from the running service. Expiries, certificate lifetime, settings and inventory interval come
 * from its forecast, which contains no names or serial numbers. Online times, failures and outages are synthetic.
 */
export async function fromFleet(cli: Cli, options: Options) {
  const { profile, instance } = options;
  const seen = await connect(
    cli,
    options,
  )({ path: 'forecast', query: { profile, instance, days: FORECAST_DAYS }, answer: forecastAnswer });
  const { proofMs, lifetimeMs } = seen.settings;
  const expiring = seen.days.map((day) => day.expiring);
  const base = scenarioOf({ ...options, inventory: Math.max(2 * proofMs, HOUR_MS) }, expiring);
  const scenario = { ...base, lifetimeMs, startAt: Math.floor(seen.at / DAY_MS) * DAY_MS };
  const configured = profileSchema.parse({ ...seen.configured, ...NAMELESS, profile: undefined });
  return {
    scenario,
    about: aboutOf(seen, scenario),
    trials: [
      { name: 'Recert as configured', policy: configured },
      ...(asksForPolicy(options) ? [{ name: 'Recert, custom', policy: policyOf(options, configured) }] : []),
      ...(isSet(configured)
        ? [
            {
              name: 'Recert, capacity: auto',
              policy: { ...configured, capacity: profileSchema.parse(NAMELESS).capacity },
            },
          ]
        : []),
    ],
  };
}

/** Whether the configuration sets limits. */
function isSet({ capacity: { hourlyCap, inFlight } }: ProfileConfig): boolean {
  return hourlyCap !== 'auto' || inFlight !== 'auto';
}

type Scenario = ReturnType<typeof scenarioOf>;

function aboutOf(
  { instance, profile, settings, computers }: ReturnType<typeof forecastAnswer.parse>,
  { computers: taken, inventoryEveryMs, lifetimeMs }: Scenario,
) {
  const { counted, expired, unknown, complete } = computers;
  const beyond = counted - expired - taken;
  const excluded = [
    ...(expired === 0 ? [] : [`${macs(expired)} already expired`]),
    ...(unknown === 0 ? [] : [`${macs(unknown)} with unknown status`]),
    ...(beyond === 0 ? [] : [`${macs(beyond)} valid for more than three years`]),
  ];
  const sentence = [
    `Fleet of ${profile} on ${instance}: ${macs(taken)} with their actual expiries, certificate lifetime ${formatDuration(days(lifetimeMs))}, inventory every ${formatDuration(days(inventoryEveryMs))}${settings.mode === 'observe' ? '; the profile is in observe mode, but is simulated as active' : ''}.`,
    ...(excluded.length === 0 ? [] : [`Excluded: ${excluded.join(', ')}.`]),
    ...(complete ? [] : ['Incomplete: the fleet has more Macs than one forecast can read.']),
    'The times at which Macs are online, failures and outages are synthetic; see docs/fleet-year.md.',
  ].join(' ');
  return { instance, profile, ...computers, sentence };
}

/** Rounds a duration for display: to whole days, or to whole hours if it is shorter than a day. */
function days(ms: number): number {
  return ms >= DAY_MS ? Math.round(ms / DAY_MS) * DAY_MS : Math.max(1, Math.round(ms / HOUR_MS)) * HOUR_MS;
}
