import type { Attempt } from './record.js';

/** Returns a new attempt, which has no command and no result yet. */
export function newAttempt(
  decided: Pick<
    Attempt,
    | 'number'
    | 'mechanism'
    | 'overlaps'
    | 'direction'
    | 'intentAt'
    | 'triggeredAt'
    | 'earlierCommands'
    | 'canary'
  >,
): Attempt {
  return {
    ...decided,
    command: null,
    missingSince: null,
    deliveryFrom: null,
    blankPushes: [],
    endedAt: null,
    withdrawnAt: null,
    outcome: null,
    unreported: false,
    error: '',
  };
}
