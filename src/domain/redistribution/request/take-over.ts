import type { BlockReason, Cause, Redistribution } from '../record.js';
import { note } from '../transitions.js';

/** The limits that a manual request overrides. */
export interface Overrides {
  hourlyCap: boolean;
  canary: boolean;
}

/** Reasons for a block that a manual request overrides, because the user is expected to have checked the Mac. */
const LIFTED_BY_REQUEST: ReadonlySet<BlockReason | undefined> = new Set(['inventory-stale', 'attempts-used']);

/**
 * Whether a manual request would unblock an open redistribution that has sent nothing yet. If so, the request
 * takes it over instead of opening a second one, because a Mac and profile have at most one open redistribution.
 */
export function overridesHelp(open: Redistribution, overrides: Overrides): boolean {
  const { state, blocked, cause, attempts, intent, cancelRequest } = open;
  if (cancelRequest !== null || intent !== null || attempts.some(({ endedAt }) => endedAt === null))
    return false;
  const before = cause.kind === 'manual' ? cause.overrides : null;
  if (blocked?.reason === 'hourly-cap') return overrides.hourlyCap && before?.hourlyCap !== true;
  if (blocked?.reason === 'canary') return overrides.canary && before?.canary !== true;
  if (before !== null || attempts.length > 0) return false;
  return state === 'due' || LIFTED_BY_REQUEST.has(blocked?.reason);
}

/**
 * Returns the override that would unblock a redistribution, as part of a sentence that starts with a verb; `null`
 * when there is none.
 */
export function describeOverrides({ blocked }: Redistribution): string | null {
  if (blocked?.reason === 'hourly-cap') return 'override the rate limit';
  if (blocked?.reason === 'canary') return 'override the canary';
  return null;
}

/**
 * Returns the open redistribution with the manual request as its cause. Overrides of an earlier request remain in
 * effect.
 */
export function takeOver(
  open: Redistribution,
  { by, reason, overrides, at }: { by: string; reason: string; overrides: Overrides; at: number },
): Redistribution {
  const { cause } = open;
  const before = cause.kind === 'manual' ? cause.overrides : { hourlyCap: false, canary: false };
  const own: Cause = {
    kind: 'manual',
    by,
    reason,
    overrides: {
      hourlyCap: before.hourlyCap || overrides.hourlyCap,
      canary: before.canary === true || overrides.canary,
    },
  };
  return note(open, { at, why: `taken over by ${by}: ${reason}` }, { cause: own });
}
