import { randomUUID } from 'node:crypto';
import type { SweepName } from '../../ports.js';
import type { FleetDeps } from '../deps.js';

/**
 * Runs a sweep under a lease; returns `null` if another process runs the same sweep. The lease is renewed while the process lives. If the
 * process is killed, the lease expires after `lockMs`. Every cursor update names the `holder`, so a process that lost the lease
 * changes nothing.
 */
export async function withSweepLease<T>(
  { cursors, lockMs }: Pick<FleetDeps, 'cursors' | 'lockMs'>,
  instance: string,
  what: SweepName,
  work: (holder: string) => Promise<T>,
): Promise<T | null> {
  const holder = randomUUID();
  if (!(await cursors.lease(instance, what, holder, lockMs))) return null;
  const renewal = setInterval(() => {
    // If the renewal fails, the next cursor update fails as well and ends the sweep.
    cursors.lease(instance, what, holder, lockMs).catch(() => undefined);
  }, lockMs / 3);
  try {
    return await work(holder);
  } finally {
    clearInterval(renewal);
    await cursors.release(instance, what, holder);
  }
}
