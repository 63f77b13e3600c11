import type { Context, Outcome } from '../evidence/evidence.js';
import { move } from '../transitions.js';
import { wait } from '../write.js';
import { ending, renewed } from './ending.js';

/** Waits the back-off out. What was done is taken back only then, because a proof may still come late. */
export function retry(context: Context): Outcome {
  const end = ending(context) ?? renewed(context);
  if (end !== null) return end;
  const { record, now } = context;
  const retryAt = record.retryAt ?? now;
  if (now < retryAt) return wait(record, retryAt);
  const why = `back-off over, attempt ${record.attempts.length + 1}`;
  return {
    kind: 'move',
    record: move(record, 'eligible', { at: now, why }, { retryAt: null }),
    effect: null,
  };
}
