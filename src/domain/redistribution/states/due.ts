import type { Context, Outcome } from '../evidence/evidence.js';
import { move } from '../transitions.js';
import { wait } from '../write.js';
import { ending, renewed } from './ending.js';

/**
 * State `due`. Waits for the grace period for the Redistribute Profile setting of Jamf Pro, if configured. A
 * manual request does not wait.
 */
export function due(context: Context): Outcome {
  const end = ending(context) ?? renewed(context);
  if (end !== null) return end;
  const { record, evidence, watched, now } = context;
  const actAt = evidence.assessment?.actAt ?? null;
  if (record.cause.kind === 'due' && actAt !== null && now < actAt) return wait(record, actAt);
  const why =
    record.cause.kind === 'manual' ? 'requested manually' : `expires ${instant(record.baseline.expiresAt)}`;
  // Counts as a failure of the Redistribute Profile setting only if Recert waited for it, not if the record was
  // opened after the grace period.
  const awaited = record.cause.kind === 'due' && watched.policy.nativeGrace > 0;
  const failed = awaited && actAt !== null && record.openedAt < actAt;
  const reason = failed ? `${why}; Jamf Pro did not renew it within the grace period` : why;
  return {
    kind: 'move',
    record: move(record, 'eligible', { at: now, why: reason }, failed ? { nativeFailedAt: now } : {}),
    effect: null,
  };
}

function instant(at: number | null): string {
  return at === null ? 'at an unknown time' : new Date(at).toISOString();
}
