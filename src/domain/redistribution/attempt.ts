import type { Attempt } from './record.js';

/** Returns a new attempt without a command and without a result. */
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
