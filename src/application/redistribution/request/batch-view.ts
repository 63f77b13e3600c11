import type { z } from 'zod';
import type { Batch, Ports, Refusals } from '../../ports.js';
import type { batchView, redistributeAnswer } from '../../../contract/resources/redistribution.js';

type View = z.input<typeof batchView>;

/** Returns a batch with its progress. The number of reads is fixed, regardless of the size of the batch. */
export async function viewOf(
  batch: Batch,
  { batches, redistributions }: Pick<Ports, 'batches' | 'redistributions'>,
): Promise<View> {
  const { overrides: _overrides, ...shown } = batch;
  const [{ left, refusals, open }, byState] = await Promise.all([
    batches.progress(batch.instance, batch.id),
    redistributions.batchStates(batch.instance, batch.id),
  ]);
  const present = Object.fromEntries(Object.entries(byState).filter(([, count]) => count > 0));
  const opened = Object.values(present).reduce((sum, count) => sum + count, 0);
  const { verified = 0, cancelled = 0, 'needs-human': needsAttention = 0 } = byState;
  return {
    ...shown,
    state: batch.cancelRequest === null ? (open ? 'opening' : 'opened') : open ? 'cancelling' : 'cancelled',
    left,
    opened,
    refused: refusals.reduce((sum, { count }) => sum + count, 0),
    refusals: [...refusals],
    byState: present,
    ended: verified + cancelled + needsAttention,
  };
}

/** Counts the refused results by reason, most frequent first. Each group shows the sentence of its first result. */
export function refusalsOf(
  results: readonly z.input<typeof redistributeAnswer>['results'][number][],
): Refusals[] {
  const groups = new Map<string, Refusals>();
  for (const { outcome, reason, sentence } of results) {
    if (outcome !== 'refused') continue;
    const name = reason ?? 'refused';
    const group = groups.get(name) ?? { reason: name, count: 0, sentence };
    groups.set(name, { ...group, count: group.count + 1 });
  }
  return [...groups.values()].sort((a, b) => b.count - a.count);
}
