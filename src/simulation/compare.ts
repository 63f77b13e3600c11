import { windowOf } from '../domain/assess.js';
import type { ChosenCapacity } from '../domain/capacity/chosen.js';
import { sized, type UnsizedPolicy } from '../domain/capacity/sized.js';
import type { YearFigures } from './measures.js';
import { jamfAlone, pushEveryHour, redeployByCalendar } from './others.js';
import { recert } from './recert/recert.js';
import { oneProfileOf } from './recert/jamf-setting.js';
import { type Scenario } from './scenario.js';
import { liveThrough, type Policy, type World } from './world.js';

/** A policy of Recert to simulate, with the name of its result. */
export interface Trial {
  name: string;
  policy: UnsizedPolicy;
}

/** Figures of a simulated year with Recert, with figures of the safety limits. */
export interface RecertYear extends YearFigures {
  rails: {
    hourlyCap: number;
    inFlightCap: number;
    caLimit: number;
    windowMs: number;
    /** Reasons for the limits that were chosen on the last day. */
    why: readonly string[];
    /** Largest number of triggers within an hour. */
    triggersInAnHour: number;
    /** Largest number of redistributions in progress at the time of a trigger. */
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

/** Number of policies with which Recert is compared: the policies in `OTHERS`, and Recert with one profile. */
export const OTHER_POLICIES = OTHERS.length + 1;

/** Simulates the policies in `OTHERS` on a fleet, one after the other. */
export async function* livesOfOthers(scenario: Scenario): AsyncGenerator<YearFigures> {
  for (const policyOf of OTHERS) yield await liveThrough(scenario, policyOf);
}

/**
 * Simulates Recert with one profile on a fleet. The Redistribute Profile setting of Jamf Pro renews the certificates.
 * Recert verifies the renewals, has failed installs sent again, and reports other failures to the operator.
 */
export async function lifeOfOneProfile(scenario: Scenario, policy: UnsizedPolicy): Promise<YearFigures> {
  return liveThrough(scenario, (world) => recert(world, oneProfileOf(policy), 'Recert, one profile'));
}

/** Simulates Recert on a fleet, always in act mode and without `cycle`, whatever the policy sets. */
export async function lifeOfRecert(scenario: Scenario, { name, policy }: Trial): Promise<RecertYear> {
  const mechanisms = policy.mechanisms.filter((mechanism) => mechanism !== 'cycle');
  const acting = {
    ...policy,
    mode: 'act' as const,
    mechanisms: mechanisms.length === 0 ? (['overlap'] as const) : mechanisms,
    cycle: undefined,
  };
  let use = { breakerOpened: 0, triggersInAnHour: 0, inFlight: 0 };
  let chosen: () => ChosenCapacity | null = () => null;
  const figures = await liveThrough(scenario, (world) => {
    const simulated = recert(world, acting, name);
    ({ use, chosen } = simulated);
    return simulated;
  });
  const { hourlyCap, inFlight: inFlightCap, caLimit = hourlyCap } = sized(policy, chosen());
  return {
    ...figures,
    rails: {
      hourlyCap,
      inFlightCap,
      caLimit,
      windowMs: windowOf(policy, scenario.lifetimeMs),
      why: chosen()?.why ?? [],
      ...use,
    },
  };
}
