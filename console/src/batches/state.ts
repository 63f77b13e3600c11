import type { Batch } from '../api/answers.js';

/** Describes the progress of a batch: `120 of 300 verified, 40 pending`. */
export function inWords({ state, total, left, byState }: Batch): string {
  const verified = `${(byState.verified ?? 0).toLocaleString()} of ${total.toLocaleString()} verified`;
  if (state === 'cancelling') return `${verified}, being canceled`;
  if (state === 'cancelled') return `${verified}, canceled`;
  return left > 0 ? `${verified}, ${left.toLocaleString()} pending` : verified;
}

/** Whether the batch can be canceled: it has not ended, and cancellation has not been requested before. */
export function canBeStopped({ left, opened, ended, cancelRequest }: Batch): boolean {
  return cancelRequest === null && (left > 0 || ended < opened);
}
