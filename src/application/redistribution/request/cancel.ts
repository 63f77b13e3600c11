import type { Redistribution } from '../../../domain/redistribution/record.js';
import { requestCancel } from '../../../domain/redistribution/request/request.js';
import { Problem } from '../../../contract/problem.js';
import type { Ports } from '../../ports.js';

/**
 * Requests the cancellation of a redistribution; its next step carries it out. When a worker changes the record at the same time, the
 * request is retried on the new version, at most ten times.
 *
 * @throws Problem when the redistribution has ended, when its cancellation is already requested, or when all retries conflict.
 */
export async function cancelRedistribution(
  record: Redistribution,
  { by, reason }: { by: string; reason: string },
  { redistributions, producers, now }: Pick<Ports, 'redistributions' | 'producers' | 'now'>,
): Promise<Redistribution> {
  let current: Redistribution | null = record;
  for (let tries = 0; current !== null && tries < 10; tries += 1) {
    if (current.closedAt !== null)
      throw new Problem('refused', `This redistribution has already ended (${current.state}).`);
    if (current.cancelRequest !== null)
      throw new Problem(
        'refused',
        `${current.cancelRequest.by} already requested this (${current.cancelRequest.reason}); cancellation is in progress.`,
      );
    const stored = await redistributions.compareAndSet(
      current,
      requestCancel(current, { by, reason, at: now() }),
    );
    if (stored) {
      await redistributions.signal(stored.instance, stored.id);
      await producers.promoteRedistribution(stored.instance, stored.id);
      return stored;
    }
    current = await redistributions.read(record.instance, record.id);
  }
  throw new Problem('still-running', 'The redistribution is changing right now. Try again in a few seconds.');
}
