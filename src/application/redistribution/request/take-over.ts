import type { Redistribution } from '../../../domain/redistribution/record.js';
import { getsFurther, takeOver, type Overrides } from '../../../domain/redistribution/request/take-over.js';
import type { Ports } from '../../ports.js';

/** The worker may step it at the same moment: then what it stored is read and judged again. */
const TRIES = 10;

/** Makes an open redistribution that waits a person's own and has it stepped now; `null` when it went on meanwhile. */
export async function takeOverOpen(
  record: Redistribution,
  by: { by: string; reason: string; overrides: Overrides },
  { redistributions, producers, now }: Pick<Ports, 'redistributions' | 'producers' | 'now'>,
): Promise<Redistribution | null> {
  let current: Redistribution | null = record;
  for (let tries = 0; current !== null && tries < TRIES; tries += 1) {
    if (current.closedAt !== null || !getsFurther(current, by.overrides)) return null;
    const stored = await redistributions.compareAndSet(current, takeOver(current, { ...by, at: now() }));
    if (stored) {
      await redistributions.noteNews(stored.instance, stored.id);
      await producers.promoteRedistribution(stored.instance, stored.id);
      return stored;
    }
    current = await redistributions.read(record.instance, record.id);
  }
  return null;
}
