import { windowOf } from '../domain/assess.js';
import { type CertificateDates, forecast, type Forecast } from '../domain/forecast/forecast.js';
import type { RedistributionPolicy } from '../domain/watched.js';
import type { YearFigures } from './measures.js';
import { jamfAlone, pushEveryHour, redeployByCalendar } from './others.js';
import { firstExpiry } from './macs.js';
import { recert } from './recert/recert.js';
import { watchedFor } from './recert/fleet.js';
import { oneProfileOf } from './recert/jamf-setting.js';
import { type Scenario } from './scenario.js';
import { liveThrough, type Policy, type World } from './world.js';

/** A policy of Recert to simulate, with the name under which its result is shown. */
export interface Trial {
  name: string;
  policy: RedistributionPolicy;
}

/** Figures of a simulated year with Recert, with the effect of the safety limits. */
export interface RecertYear extends YearFigures {
  rails: {
    hourlyCap: number;
    inFlightCap: number;
    windowMs: number;
    /** Largest number of redistributions that were triggered within an hour. */
    triggersInAnHour: number;
    /** Largest number of redistributions that were in progress when one was triggered. */
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

/** Number of policies with which Recert is compared: those of others, and Recert with one profile. */
export const OTHER_POLICIES = OTHERS.length + 1;

/** Simulates the other policies on a fleet, one after the other. */
export async function* livesOfOthers(scenario: Scenario): AsyncGenerator<YearFigures> {
  for (const policyOf of OTHERS) yield await liveThrough(scenario, policyOf);
}

/**
 * Simulates Recert with one profile on a fleet: Jamf Pro's own setting renews, Recert verifies it, has failed installs
 * sent again, and names the other failures, on which a person acts.
 */
export async function lifeOfOneProfile(
  scenario: Scenario,
  policy: RedistributionPolicy,
): Promise<YearFigures> {
  return liveThrough(scenario, (world) => recert(world, oneProfileOf(policy), 'Recert, one profile'));
}

/**
 * Simulates Recert on a fleet. Always in act mode, with the mechanism `overlap` and without canary, whatever the
 * policy sets.
 */
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

/** Returns the forecast for the fleet of a scenario on its first day. */
function forecastFor(scenario: Scenario, policy: RedistributionPolicy): Forecast {
  return forecast(datesOf(scenario), watchedFor(policy), {
    now: scenario.startAt,
    days: scenario.days,
    proofMs: scenario.inventoryEveryMs / 2,
  });
}

/**
 * Factors by which the lowest limits that the forecast finds are multiplied. Macs are offline at night and on
 * weekends, and must not delay the others. A permit for the rate limit is held until the Mac receives the command,
 * on average more than an hour, so the rate limit needs the larger factor.
 */
const AMPLE = { hourlyCap: 3, inFlight: 2 };

/**
 * Returns the policy with limits that are sufficient for the fleet of a scenario. Limits that are already
 * sufficient are not changed.
 */
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
