import { windowOf } from '../domain/assess.js';
import { type CertificateDates, forecast, type Forecast } from '../domain/forecast/forecast.js';
import type { RedistributionPolicy } from '../domain/watched.js';
import type { YearFigures } from './measures.js';
import { jamfAlone, pushEveryHour, redeployByCalendar } from './others.js';
import { firstExpiry } from './macs.js';
import { recert } from './recert/recert.js';
import { watchedFor } from './recert/fleet.js';
import { type Scenario } from './scenario.js';
import { liveThrough, type Policy, type World } from './world.js';

/** A named policy of Recert to simulate. */
export interface Trial {
  name: string;
  policy: RedistributionPolicy;
}

/** Figures of a year under Recert, with the effect of the safety limits. */
export interface RecertYear extends YearFigures {
  rails: {
    hourlyCap: number;
    inFlightCap: number;
    windowMs: number;
    /** Largest number of triggers within an hour. */
    triggersInAnHour: number;
    /** Largest number of redistributions in progress at a trigger. */
    inFlight: number;
    /** How often the circuit breaker opened. The simulation closes it immediately. */
    breakerOpened: number;
  };
}

const OTHERS: readonly ((world: World) => Policy)[] = [
  (world) => jamfAlone(world),
  (world) => pushEveryHour(world),
  (world) => redeployByCalendar(world),
];

/** Number of policies that Recert is compared with. */
export const OTHER_POLICIES = OTHERS.length;

/** Simulates the other policies on a fleet, one after the other. */
export async function* livesOfOthers(scenario: Scenario): AsyncGenerator<YearFigures> {
  for (const policyOf of OTHERS) yield await liveThrough(scenario, policyOf);
}

/** Simulates Recert on a fleet. Always in act mode with the mechanism `overlap` and without canary, whatever the policy sets. */
export async function lifeOfRecert(scenario: Scenario, { name, policy }: Trial): Promise<RecertYear> {
  const acting = {
    ...policy,
    mode: 'act' as const,
    mechanisms: ['overlap'] as const,
    canary: [],
    cycle: undefined,
  };
  let use = { breakerOpened: 0, triggersInAnHour: 0, inFlight: 0 };
  const figures = await liveThrough(scenario, (world) => {
    const simulated = recert(world, acting, name);
    ({ use } = simulated);
    return simulated;
  });
  return {
    ...figures,
    rails: {
      hourlyCap: policy.hourlyCap,
      inFlightCap: policy.inFlight,
      windowMs: windowOf(policy, scenario.lifetimeMs),
      ...use,
    },
  };
}

/** The forecast for the fleet of a scenario on its first day. */
function forecastFor(scenario: Scenario, policy: RedistributionPolicy): Forecast {
  return forecast(datesOf(scenario), watchedFor(policy), {
    now: scenario.startAt,
    days: scenario.days,
    proofMs: scenario.inventoryEveryMs / 2,
  });
}

/**
 * Factors on top of the lowest limits that the forecast finds. Macs are offline at night and on weekends, and must not delay the others.
 * A rate limit permit is held until the Mac picks up the command, on average more than an hour, so the rate limit needs the larger factor.
 */
const AMPLE = { hourlyCap: 3, inFlight: 2 };

/** The policy with limits that suffice for the fleet of a scenario. Limits that already suffice are not changed. */
export function planned(scenario: Scenario, policy: RedistributionPolicy): RedistributionPolicy {
  const { advice } = forecastFor(scenario, policy);
  if (advice === null || advice.caps === null) return policy;
  const hourlyCap = AMPLE.hourlyCap * advice.caps.hourlyCap;
  const inFlight = Math.max(policy.inFlight, AMPLE.inFlight * advice.caps.inFlight);
  return { ...policy, hourlyCap: Math.max(policy.hourlyCap, hourlyCap), inFlight };
}

function datesOf(scenario: Scenario): CertificateDates[] {
  const { expiring, lifetimeMs } = scenario;
  const days = expiring.flatMap((count, day) => new Array<number>(count).fill(day));
  return days.map((day, mac) => {
    const expiresAt = firstExpiry(scenario, mac, day);
    return { computerId: String(mac + 1), issuedAt: expiresAt - lifetimeMs, expiresAt };
  });
}
