import { randomUUID } from 'node:crypto';
import type { SweepName } from '../../ports.js';
import type { FleetDeps } from '../deps.js';

/**
 * Does a sweep while nobody else does the same one; `null` when somebody does. The lease is prolonged for as long as the process lives,
 * however long a call takes: of a killed one it is free after the time for which a silent worker is believed.
 * What moves a cursor names the `holder`, so that one who lost the lease after all changes nothing.
 */
export async function underLease<T>(
  { cursors, lockMs }: Pick<FleetDeps, 'cursors' | 'lockMs'>,
  instance: string,
  what: SweepName,
  work: (holder: string) => Promise<T>,
): Promise<T | null> {
  const holder = randomUUID();
  if (!(await cursors.lease(instance, what, holder, lockMs))) return null;
  const prolonging = setInterval(() => {
    // When this fails, so will the next move of the cursor.
    cursors.lease(instance, what, holder, lockMs).catch(() => undefined);
  }, lockMs / 3);
  try {
    return await work(holder);
  } finally {
    clearInterval(prolonging);
    await cursors.release(instance, what, holder);
  }
}
