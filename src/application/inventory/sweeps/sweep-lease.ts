import { randomUUID } from 'node:crypto';
import type { SweepName } from '../../ports.js';
import type { FleetDeps } from '../deps.js';

/**
 * Runs a sweep with a lease. Returns `null` if another process runs the same sweep. The lease is renewed while the
 * process runs; if the process is killed, the lease expires after `lockMs`. Every update of the progress contains the
 * `holder` and is rejected if another process holds the lease.
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
    // If the lease cannot be renewed, the next update of the progress also fails and ends the sweep.
    cursors.lease(instance, what, holder, lockMs).catch(() => undefined);
  }, lockMs / 3);
  try {
    return await work(holder);
  } finally {
    clearInterval(renewal);
    await cursors.release(instance, what, holder);
  }
}
