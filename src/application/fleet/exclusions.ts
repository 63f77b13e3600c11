import type { z } from 'zod';
import type { InstanceConfig } from '../../config/sections/instance.js';
import { isLate } from '../../domain/health/late-lease.js';
import type { Ports } from '../ports.js';
import type { leasesLook } from '../../contract/resources/overview.js';

/**
 * Returns the number of Macs that Recert holds in exclusion groups, and how many of them are late, which means that
 * Recert should already have removed them. `oldest` is the start of the oldest late lease; if no lease is late, of
 * the oldest lease.
 */
export async function summarizeExclusions(
  { leases, computers, now }: Pick<Ports, 'leases' | 'computers' | 'now'>,
  instance: string,
  { profiles }: Pick<InstanceConfig, 'profiles'>,
): Promise<z.input<typeof leasesLook>> {
  const held = await leases.all(instance);
  const oldest = held.toSorted((a, b) => a.at - b.at)[0];
  const at = now();
  const late = held.filter((lease) => isLate(lease, { at, alarmMs: profiles[lease.profile]?.cycle?.alarm }));
  const longest = late.toSorted((a, b) => a.at - b.at)[0];
  const shown = longest ?? oldest;
  if (shown === undefined) return { count: 0, late: 0, oldest: null };
  const computer = await computers.get(instance, shown.computerId);
  return {
    count: held.length,
    late: late.length,
    oldest: {
      computer: {
        id: shown.computerId,
        serialNumber: computer?.serialNumber ?? '',
        name: computer?.name ?? '',
      },
      profile: shown.profile,
      groupId: shown.groupId,
      since: shown.at,
    },
  };
}
