import { z } from 'zod';
import type { FleetEnvironment } from '../environment.js';
import { HALVES } from './plan.js';

const counts = z.record(z.string(), z.int());

const simulatorState = z.object({
  ca: z.object({ issuedTotal: z.int(), issuedByComputer: counts, outcomes: counts }),
  mishaps: z.object({
    pushesLost: z.int(),
    notNow: z.int(),
    webhooksReordered: z.int(),
    staleAnswers: z.int(),
  }),
  groups: z.array(z.object({ id: z.int(), members: z.int() })),
  deliveries: z.looseObject({ delivered: z.int(), lost: z.int(), doubled: z.int() }),
});

/** Counts of the simulator, from `GET state` of the control API. */
export type SimulatorState = z.output<typeof simulatorState>;

/** Reads the counts of the simulator. */
export async function readSimulatorState(environment: FleetEnvironment): Promise<SimulatorState> {
  return simulatorState.parse(await environment.control('state'));
}

const macState = z.object({
  computer: z.object({ id: z.int(), managed: z.boolean() }),
  mac: z.object({
    online: z.boolean(),
    profiles: z.array(z.object({ profileId: z.int() })),
    keychain: z.array(z.object({ profileId: z.int(), issuedAt: z.int(), expiresAt: z.int() })),
  }),
  profilesInScope: z.array(z.int()),
  issuances: z.array(z.object({ at: z.int(), outcome: z.string() })),
});

/** The actual state of one Mac, which Jamf Pro and Recert may not know yet. */
export type MacState = z.output<typeof macState>;

/** Reads the actual state of one Mac from the control API. */
export async function readMac(environment: FleetEnvironment, id: number): Promise<MacState> {
  return macState.parse(await environment.control(`computers/${id}`));
}

const macSummary = z.object({ id: z.int(), managed: z.boolean(), due: z.boolean() });

/** All Macs of the fleet. `due` is true for the Macs that were due or expired at the start. */
export async function listMacs(
  environment: FleetEnvironment,
): Promise<readonly z.output<typeof macSummary>[]> {
  return z.array(macSummary).parse(await environment.control('computers'));
}

export function isManaged({ computer }: MacState): boolean {
  return computer.managed;
}

/** Returns the IDs of the two profiles (blue and green) that are installed on a Mac. */
export function installed({ mac }: MacState): readonly number[] {
  return HALVES.filter((id) => mac.profiles.some(({ profileId }) => profileId === id));
}

/**
 * Whether at least one of the two profiles is installed on a Mac, and the Mac is in the scope of each installed one.
 */
export function hasItsProfiles(look: MacState): boolean {
  const has = installed(look);
  return has.length > 0 && has.every((id) => look.profilesInScope.includes(id));
}

/** Whether one of the two profiles is installed on a Mac. */
export function hasProfile(look: MacState): boolean {
  return installed(look).length > 0;
}
