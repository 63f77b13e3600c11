import { Problem } from '../../../contract/problem.js';
import type { Batch, Ports } from '../../ports.js';
import { cancelRedistribution } from './cancel.js';
import { judgeTargets, type JudgePorts } from './judge-targets.js';
import { resolveNamed } from './resolve-targets.js';

/** The ports that processing a batch uses. */
export type BatchPorts = JudgePorts & Pick<Ports, 'batches' | 'redistributions' | 'computers' | 'producers'>;

/**
 * State of a batch after a part of it was processed. `done`: nothing is left. `more`: Macs are left. `busy`:
 * redistributions are left that cannot be canceled at this moment.
 */
export type BatchProgress = 'done' | 'more' | 'busy';

/** Number of Macs that are processed at a time. Between two parts, the process does other work, and the job can be stopped. */
const PIECE = 50;

/**
 * Processes a part of a batch: opens up to 50 redistributions or, if the batch was canceled, cancels those that it
 * opened. A batch that was interrupted opens no redistribution twice, because the ID of the redistribution of each
 * Mac is fixed.
 */
export async function runBatchPiece(ports: BatchPorts, instance: string, id: string): Promise<BatchProgress> {
  const batch = await ports.batches.get(instance, id);
  const progress = batch === null ? 'done' : await work(ports, batch);
  if (progress !== 'done') return progress;
  await ports.batches.close(instance, id);
  // If the cancellation was requested while this job ran, no other job was added for it.
  const now = await ports.batches.get(instance, id);
  return now !== null && now.cancelRequest !== null && batch?.cancelRequest === null ? 'more' : 'done';
}

async function work(ports: BatchPorts, batch: Batch): Promise<BatchProgress> {
  const { instance, id, by, reason, overrides, cancelRequest } = batch;
  if (cancelRequest !== null)
    return cancelRequest.opened ? cancelOpened(ports, batch, cancelRequest) : 'done';
  const ids = await ports.batches.next(instance, id, PIECE);
  if (ids.length === 0) return 'done';
  const profile = batch.profile ?? undefined;
  const wish = { by, reason, overrides, takesOver: false, profile, batch: id };
  const named = await resolveNamed(
    ports,
    instance,
    ids.map((one) => ({ id: one })),
  );
  const results = [];
  for (const [index, { open, result }] of (await judgeTargets(ports, instance, named, wish)).entries()) {
    const { outcome, reason: refusal, sentence } = open ? await open() : result;
    const computerId = ids[index] ?? '';
    results.push(
      outcome === 'refused' ? { id: computerId, reason: refusal ?? 'refused', sentence } : { id: computerId },
    );
  }
  return (await ports.batches.done(instance, id, results)) > 0 ? 'more' : 'done';
}

/**
 * Requests the cancellation of every open redistribution of the batch. Returns 'busy' if workers are processing some
 * of them; these cannot be canceled until the workers finish.
 */
async function cancelOpened(
  ports: BatchPorts,
  { instance, id }: Batch,
  wish: NonNullable<Batch['cancelRequest']>,
): Promise<BatchProgress> {
  const busy: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await ports.redistributions.page(instance, { batch: id, cursor, limit: PIECE });
    for (const record of page.redistributions)
      if (record.closedAt === null && record.cancelRequest === null && record.state !== 'verified')
        await cancelRedistribution(record, wish, ports).catch((error: unknown) => {
          const kind = error instanceof Problem ? error.kind : null;
          if (kind !== 'refused' && kind !== 'still-running') throw error;
          if (kind === 'still-running') busy.push(record.id);
        });
    cursor = page.cursor ?? undefined;
  } while (cursor !== undefined);
  return busy.length > 0 ? 'busy' : 'done';
}
