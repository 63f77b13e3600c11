import type { Context, Outcome } from '../evidence/evidence.js';
import { move } from '../transitions.js';
import { wait } from '../write.js';
import { ending, renewed } from './ending.js';

/** Leaves Jamf's own setting its grace, where the policy gives it one; a person does not wait for it. */
export function due(context: Context): Outcome {
  const end = ending(context) ?? renewed(context);
  if (end !== null) return end;
  const { record, evidence, watched, now } = context;
  const actAt = evidence.assessment?.actAt ?? null;
  if (record.cause.kind === 'due' && actAt !== null && now < actAt) return wait(record, actAt);
  const why =
    record.cause.kind === 'manual' ? 'a person asks' : `expires ${instant(record.baseline.expiresAt)}`;
  // One that is opened after its grace was not waited for: nobody has seen Jamf's own setting fail.
  const awaited = record.cause.kind === 'due' && watched.policy.nativeGrace > 0;
  const failed = awaited && actAt !== null && record.openedAt < actAt;
  const told = failed ? `${why}, and Jamf's own setting has not renewed it in its grace` : why;
  return {
    kind: 'move',
    record: move(record, 'eligible', { at: now, why: told }, failed ? { nativeFailedAt: now } : {}),
    effect: null,
  };
}

function instant(at: number | null): string {
  return at === null ? 'at an unknown time' : new Date(at).toISOString();
}
