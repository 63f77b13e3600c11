import type { Computer } from '../../domain/computer.js';
import type { Profile, ProfileDetails } from '../../domain/profile.js';
import { profileAt } from '../../domain/redistribution/direction.js';
import { profilesOf, type RedistributionPolicy, type WatchedProfile } from '../../domain/watched.js';
import type { World } from '../world.js';

const BLUE = '5f0cbb64-0000-4000-8000-000000000001';
const GREEN = '5f0cbb64-0000-4000-8000-000000000002';
const NO_TARGETS = { computerIds: [], groupIds: [], departments: [], buildings: [] };
const SUBJECTS = [`CN=mac ${BLUE}`, `CN=mac ${GREEN}`] as const;

/**
 * Returns a watched profile for a policy. The first (blue) profile is for all Macs. With `overlap`, there is also a
 * second (green) profile.
 */
export function watchedFor(policy: RedistributionPolicy): WatchedProfile {
  const { overlap } = policy;
  const profile = (id: string, identifier: string, scope: Partial<Profile['scope']>): Profile => ({
    id,
    name: `SCEP ${identifier}`,
    identifier,
    level: 'System',
    scope: { allComputers: false, ...NO_TARGETS, exclusions: NO_TARGETS, ...scope },
  });
  return {
    instance: 'fleet-year',
    name: 'okta',
    policy,
    blue: profile(overlap?.blue ?? '1', BLUE, {
      allComputers: true,
      exclusions: { ...NO_TARGETS, groupIds: overlap ? [overlap.leaveBlue] : [] },
    }),
    green: overlap ? profile(overlap.green, GREEN, { groupIds: [overlap.joinGreen] }) : null,
  };
}

/** Returns the details of a profile as the Jamf Pro client would. */
export function profileDetails(watched: WatchedProfile, id: string): ProfileDetails {
  const unseenScope = { limitedBy: [], users: false };
  const profile = profilesOf(watched).find((one) => one.id === id) ?? watched.blue;
  return { ...profile, install: 'automatic', unseenScope, scep: [] };
}

/** Returns the Jamf Pro ID of a Mac from its number in the simulation. The ID is also its management ID. */
export function computerIdOf(mac: number): string {
  return (IDS[mac] ??= String(mac + 1));
}

/** The IDs that were used before. They are kept because a new string would have to be hashed again for each lookup in a map. */
const IDS: string[] = [];

/** Returns the number of a Mac in the simulation from its Jamf Pro ID or management ID. */
export function macOf(id: string): number {
  return Number(id) - 1;
}

/**
 * Returns a Mac as the simulated inventory currently shows it: with the certificate and the profile from its last
 * inventory report.
 */
export function inventoryOf(
  world: World,
  mac: number,
  watched: WatchedProfile,
  groupIds: readonly string[],
): Computer {
  const { reported } = world.macs;
  const { id, identifier, name } = profileAt(watched, reported.side[mac] === 1 ? 'green' : 'blue');
  return {
    id: computerIdOf(mac),
    udid: '',
    serialNumber: '',
    managementId: computerIdOf(mac),
    name: '',
    username: '',
    realName: '',
    email: '',
    department: '',
    building: '',
    managed: true,
    mdmCapable: true,
    enrolledAt: null,
    reportedAt: reported.at[mac] ?? null,
    lastContactAt: world.presence.lastCheckIn(mac, world.now()),
    groupIds,
    certificates: [
      {
        subject: SUBJECTS[reported.side[mac] === 1 ? 1 : 0],
        serialNumber: String(reported.serial[mac]),
        fingerprint: '',
        issuedAt: reported.issuedAt[mac] ?? null,
        expiresAt: reported.expiresAt[mac] ?? null,
        identity: true,
        active: true,
        username: '',
      },
    ],
    profiles: [{ id, identifier, displayName: name, installedAt: reported.issuedAt[mac] ?? null }],
  };
}
