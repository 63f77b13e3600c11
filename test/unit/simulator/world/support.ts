import { onTestFinished } from 'vitest';
import { parseOptions, type SimulatorOptionsInput } from '../../../../simulator/options.js';
import { SEEDED } from '../../../../simulator/world/seeded.js';
import type { Command, Computer } from '../../../../simulator/world/model.js';
import type { WorldEvent } from '../../../../simulator/world/webhook-model.js';
import { createWorld } from '../../../../simulator/world/build.js';
import type { World } from '../../../../simulator/world/world.js';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
export const START = Date.UTC(2026, 10, 2, 9, 0, 0);

/** IDs of the profiles and groups that every new world has. */
export const {
  blue: BLUE,
  green: GREEN,
  wifi: WIFI,
  oktaMacs: OKTA_MACS,
  expiring: EXPIRING,
  joinGreen: JOIN_GREEN,
  leaveBlue: LEAVE_BLUE,
} = SEEDED;

/** A world whose clock stands still. All Macs are online, managed and in scope, and never answer NotNow. */
export function makeWorld({ fleet, rhythm, ...rest }: SimulatorOptionsInput = {}): World {
  const quiet = { unmanaged: 0, outOfScope: 0, oddNames: 0, officeHours: 0, laptops: 0, away: 0 };
  const world = createWorld(
    parseOptions({
      clock: 'manual',
      startAt: START,
      ...rest,
      fleet: { computers: 10, due: 0, junk: 0, ...quiet, ...fleet },
      rhythm: { notNow: 0, ...rhythm },
    }),
  );
  onTestFinished(() => world.stop());
  return world;
}

/** All events of the world from now on. */
export function recordEvents(world: World): WorldEvent[] {
  const events: WorldEvent[] = [];
  world.onEvent((event) => events.push(event));
  return events;
}

/** A computer that must exist. */
export function computerOf(world: World, id: number): Computer {
  const computer = world.computers.get(id);
  if (!computer) throw new Error(`no computer ${id}`);
  return computer;
}

/** Type, computer and profile of commands, for comparison. */
export function brief(commands: readonly Command[]): string[] {
  return commands.map(({ type, computerId, profileId }) => `${type} ${computerId} ${profileId ?? ''}`);
}

/** Serial numbers of the active Okta certificates that Jamf Pro knows. */
export function knownSerials(world: World, id: number): string[] {
  const profile = world.profiles.get(BLUE);
  const green = world.profiles.get(GREEN);
  return (world.inventoryOf(id)?.certificates ?? [])
    .filter((one) => one.identity && one.lifecycleStatus === 'ACTIVE')
    .filter((one) => [profile?.uuid, green?.uuid].some((uuid) => uuid && one.subjectName.includes(uuid)))
    .map((one) => one.serialNumber);
}

/** The serial numbers in the keychain of a Mac for a profile. */
export function keychainSerials(world: World, id: number, profileId: number): string[] {
  return (world.mac(id)?.keychain ?? [])
    .filter((one) => one.profileId === profileId)
    .map((one) => one.serialNumber);
}
