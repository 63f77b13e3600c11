import type { Attempt } from './record.js';

/** An attempt that was decided, and of which nothing has been seen yet. */
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
