import type { Redistribution } from '../../../domain/redistribution/record.js';
import { requestCancel } from '../../../domain/redistribution/request/request.js';
import { Problem } from '../../../contract/problem.js';
import type { Ports } from '../../ports.js';
import { changeAndSignal } from '../signal.js';

/**
 * Requests the cancellation of a redistribution. The cancellation takes effect when a worker next processes the
 * redistribution. If a worker changes the record at the same time, the request is retried with the new version, at
 * most ten times.
 * @throws Problem if the redistribution has ended, its cancellation is already requested, or all retries conflict.
 */
export async function cancelRedistribution(
  record: Redistribution,
  { by, reason }: { by: string; reason: string },
  ports: Pick<Ports, 'redistributions' | 'producers' | 'now'>,
): Promise<Redistribution> {
  const canceled = await changeAndSignal(ports, record, (current) => {
    if (current.closedAt !== null)
      throw new Problem('refused', `This redistribution has already ended (${current.state}).`);
    if (current.cancelRequest !== null)
      throw new Problem(
        'refused',
        `${current.cancelRequest.by} already requested the cancellation (${current.cancelRequest.reason}); it is in progress.`,
      );
    return requestCancel(current, { by, reason, at: ports.now() });
  });
  if (canceled === null || canceled === 'conflict')
    throw new Problem(
      'still-running',
      'A worker is changing the redistribution right now. Try again in a few seconds.',
    );
  return canceled;
}
