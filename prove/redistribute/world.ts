import { z } from 'zod';
import type { Stage } from '../stage.js';
import { HALVES } from './plan.js';

const counts = z.record(z.string(), z.int());

const worldLook = z.object({
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

/** What the pretend Jamf Pro says of its world: counts. */
export type WorldLook = z.output<typeof worldLook>;

/** Looks at it. */
export async function readWorld(stage: Stage): Promise<WorldLook> {
  return worldLook.parse(await stage.control('state'));
}

const macLook = z.object({
  computer: z.object({ id: z.int(), managed: z.boolean() }),
  mac: z.object({
    online: z.boolean(),
    profiles: z.array(z.object({ profileId: z.int() })),
    keychain: z.array(z.object({ profileId: z.int(), issuedAt: z.int(), expiresAt: z.int() })),
  }),
  profilesInScope: z.array(z.int()),
  issuances: z.array(z.object({ at: z.int(), outcome: z.string() })),
});

/** One Mac as it truly is, whatever Jamf or Recert know. */
export type MacLook = z.output<typeof macLook>;

export async function readMac(stage: Stage, id: number): Promise<MacLook> {
  return macLook.parse(await stage.control(`computers/${id}`));
}

const line = z.object({ id: z.int(), managed: z.boolean(), due: z.boolean() });

/** All Macs: their ids, and whether they had to be renewed from the start. */
export async function listMacs(stage: Stage): Promise<readonly z.output<typeof line>[]> {
  return z.array(line).parse(await stage.control('computers'));
}

/** Whether a managed Mac should have one of the two profiles and has none. */
export function lacksProfile({ computer, mac, profilesInScope }: MacLook): boolean {
  const wanted = profilesInScope.some((id) => HALVES.includes(id));
  return computer.managed && wanted && !mac.profiles.some(({ profileId }) => HALVES.includes(profileId));
}
