import type { z } from 'zod';
import type { KnownComputer } from '../../domain/known.js';
import type { Redistribution } from '../../domain/redistribution/record.js';
import type { redistributionDetail, redistributionPage } from '../../contract/resources/redistribution.js';

type Summary = z.input<typeof redistributionPage>['redistributions'][number];
type Detail = z.input<typeof redistributionDetail>;

/** Converts a redistribution to an item of a list. `computer` is `null` when Redis no longer contains the Mac. */
export function redistributionSummaryOf(record: Redistribution, computer: KnownComputer | null): Summary {
  const { id, instance, profile, state, since, openedAt, closedAt, cause, blocked, plan, wakeAt } = record;
  return {
    id,
    instance,
    profile,
    state,
    since,
    openedAt,
    closedAt,
    cause,
    blocked,
    plan,
    wakeAt,
    computer: {
      id: record.computerId,
      serialNumber: computer?.serialNumber ?? '',
      name: computer?.name ?? '',
      username: computer?.username ?? '',
    },
    attempts: record.attempts.length,
    before: record.baseline,
    proof: record.proof,
  };
}

/** Converts a redistribution to its response, with all attempts and its history. */
export function redistributionDetailOf(record: Redistribution, computer: KnownComputer | null): Detail {
  const { dueAt, direction, retryAt, lease, settlement, trouble, cancelRequest, history } = record;
  return {
    ...redistributionSummaryOf(record, computer),
    dueAt,
    direction,
    retryAt,
    lease,
    settlement,
    trouble,
    cancelRequest,
    history,
    attemptList: record.attempts,
  };
}
