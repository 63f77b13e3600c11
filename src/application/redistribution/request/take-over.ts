import type { Redistribution } from '../../../domain/redistribution/record.js';
import { overridesHelp, takeOver, type Overrides } from '../../../domain/redistribution/request/take-over.js';
import type { Ports } from '../../ports.js';

/** Maximum number of optimistic-lock retries when a worker changes the record at the same time. */
const MAX_TRIES = 10;

/**
 * Changes an open redistribution that is waiting to a manual one with the overrides of the request, and wakes it. Resolves with `null`
 * when the redistribution has resumed or ended in the meantime.
 */
export async function takeOverOpen(
  record: Redistribution,
  by: { by: string; reason: string; overrides: Overrides },
  { redistributions, producers, now }: Pick<Ports, 'redistributions' | 'producers' | 'now'>,
): Promise<Redistribution | null> {
  let current: Redistribution | null = record;
  for (let tries = 0; current !== null && tries < MAX_TRIES; tries += 1) {
    if (current.closedAt !== null || !overridesHelp(current, by.overrides)) return null;
    const stored = await redistributions.compareAndSet(current, takeOver(current, { ...by, at: now() }));
    if (stored) {
      await redistributions.signal(stored.instance, stored.id);
      await producers.promoteRedistribution(stored.instance, stored.id);
      return stored;
    }
    current = await redistributions.read(record.instance, record.id);
  }
  return null;
}
