import type { Context, Outcome } from '../evidence/evidence.js';
import { move } from '../transitions.js';
import { wait } from '../write.js';
import { ending, renewed } from './ending.js';

/**
 * State `retry`: waits for the retry delay. The group change is reverted only after the delay, because the failed attempt may still be
 * verified late.
 */
export function retry(context: Context): Outcome {
  const end = ending(context) ?? renewed(context);
  if (end !== null) return end;
  const { record, now } = context;
  const retryAt = record.retryAt ?? now;
  if (now < retryAt) return wait(record, retryAt);
  const why = `retry delay ended; starting attempt ${record.attempts.length + 1}`;
  return {
    kind: 'move',
    record: move(record, 'eligible', { at: now, why }, { retryAt: null }),
    effect: null,
  };
}
