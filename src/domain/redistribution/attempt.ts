import type { Attempt } from './record.js';

/** A new attempt: decided, with no command and no result yet. */
export function newAttempt(
  decided: Pick<
    Attempt,
    'number' | 'mechanism' | 'overlaps' | 'direction' | 'intentAt' | 'triggeredAt' | 'earlierCommands'
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
