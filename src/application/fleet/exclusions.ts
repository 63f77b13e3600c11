import type { z } from 'zod';
import type { InstanceConfig } from '../../config/sections/instance.js';
import type { HeldLease, Ports } from '../ports.js';
import type { leasesLook } from '../../contract/resources/overview.js';

/** Where a lease is of a profile that is configured no more. */
const ALARM_MS = 10 * 60_000;

/** Who is in an exclusion group because of us, and whether somebody should have been taken back long ago. */
export async function leasesOf(
  { leases, computers, now }: Pick<Ports, 'leases' | 'computers' | 'now'>,
  instance: string,
  { profiles }: Pick<InstanceConfig, 'profiles'>,
): Promise<z.input<typeof leasesLook>> {
  const held = await leases.all(instance);
  const oldest = held.toSorted((a, b) => a.at - b.at)[0];
  const late = held.filter((lease) => now() >= lateAt(lease, profiles[lease.profile]?.cycle?.alarm));
  const longest = late.toSorted((a, b) => a.at - b.at)[0];
  const told = longest ?? oldest;
  if (told === undefined) return { count: 0, late: 0, oldest: null };
  const computer = await computers.get(instance, told.computerId);
  return {
    count: held.length,
    late: late.length,
    oldest: {
      computer: {
        id: told.computerId,
        serialNumber: computer?.serialNumber ?? '',
        name: computer?.name ?? '',
      },
      profile: told.profile,
      groupId: told.groupId,
      since: told.at,
    },
  };
}

/** When somebody is told: so long after it was to be taken back. */
function lateAt({ dueAt, returningSince }: HeldLease, alarmMs = ALARM_MS): number {
  return Math.min(dueAt, returningSince ?? Infinity) + alarmMs;
}
