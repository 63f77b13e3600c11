import type { Batch } from '../api/answers.js';

/** How far a request for many is, in a sentence: `120 of 300 proven, 40 to be opened`. */
export function inWords({ state, total, left, byState }: Batch): string {
  const proven = `${(byState.verified ?? 0).toLocaleString()} of ${total.toLocaleString()} proven`;
  if (state === 'cancelling') return `${proven}, being cancelled`;
  if (state === 'cancelled') return `${proven}, cancelled`;
  return left > 0 ? `${proven}, ${left.toLocaleString()} to be opened` : proven;
}

/** Whether something is left that can be stopped, and nobody has asked for it. */
export function canBeStopped({ left, opened, ended, cancelRequest }: Batch): boolean {
  return cancelRequest === null && (left > 0 || ended < opened);
}
