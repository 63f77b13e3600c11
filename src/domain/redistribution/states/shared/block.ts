import type { Context, Outcome } from '../../evidence/evidence.js';
import type { Refusal } from '../../safety-limits/preconditions.js';
import type { Redistribution } from '../../record.js';
import { move } from '../../transitions.js';
import { wait } from '../../write.js';

/** Blocks the redistribution with a reason. The same reason is added to the history only once. */
export function block({ record, now }: Context, { reason, text, until }: Refusal): Outcome {
  if (record.state === 'blocked' && record.blocked?.reason === reason)
    return wait({ ...record, blocked: { reason, text }, trouble: null }, until);
  return wait(move(record, 'blocked', { at: now, why: text }, { blocked: { reason, text } }), until);
}

/** Returns the record in the state `eligible`. Call this function only when all preconditions are met. */
export function asEligible(record: Redistribution, now: number): Redistribution {
  return record.state === 'eligible'
    ? record
    : move(record, 'eligible', { at: now, why: 'all checks passed' });
}
