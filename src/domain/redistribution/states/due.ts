import type { Context, Outcome } from '../evidence.js';
import { move } from '../transitions.js';
import { wait } from '../write.js';
import { ending, renewed } from './ending.js';

/** Leaves Jamf's own setting its grace, where the policy gives it one; a person does not wait for it. */
export function due(context: Context): Outcome {
  const end = ending(context) ?? renewed(context);
  if (end !== null) return end;
  const { record, evidence, now } = context;
  const actAt = evidence.assessment?.actAt ?? null;
  if (record.cause.kind === 'due' && actAt !== null && now < actAt) return wait(record, actAt);
  const why =
    record.cause.kind === 'manual' ? 'a person asks' : `expires ${instant(record.baseline.expiresAt)}`;
  return { kind: 'move', record: move(record, 'eligible', { at: now, why }), effect: null };
}

function instant(at: number | null): string {
  return at === null ? 'at an unknown time' : new Date(at).toISOString();
}
