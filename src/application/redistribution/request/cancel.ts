import type { Redistribution } from '../../../domain/redistribution/record.js';
import { requestCancel } from '../../../domain/redistribution/request/request.js';
import { Problem } from '../../../contract/problem.js';
import type { Ports } from '../../ports.js';

/**
 * Wishes that a redistribution ends; its next step heeds it. The worker may step it at the same moment: then what it stored is read and
 * the wish is put on that.
 *
 * @throws Problem when it is over, when somebody wished so before, or when it changes all the time.
 */
export async function cancel(
  record: Redistribution,
  { by, reason }: { by: string; reason: string },
  { redistributions, producers, now }: Pick<Ports, 'redistributions' | 'producers' | 'now'>,
): Promise<Redistribution> {
  let current: Redistribution | null = record;
  for (let tries = 0; current !== null && tries < 10; tries += 1) {
    if (current.closedAt !== null)
      throw new Problem(
        'refused',
        `This redistribution is over: it ended ${current.state}. There is nothing to stop.`,
      );
    if (current.cancelRequest !== null)
      throw new Problem(
        'refused',
        `${current.cancelRequest.by} has asked for this already (${current.cancelRequest.reason}); it is on its way.`,
      );
    const stored = await redistributions.compareAndSet(
      current,
      requestCancel(current, { by, reason, at: now() }),
    );
    if (stored) {
      await redistributions.noteNews(stored.instance, stored.id);
      await producers.promoteRedistribution(stored.instance, stored.id);
      return stored;
    }
    current = await redistributions.read(record.instance, record.id);
  }
  throw new Problem('still-running', 'It is changing all the time just now. Ask again in a few seconds.');
}
