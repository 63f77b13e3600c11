import type { BlockReason, Cause, Redistribution } from '../record.js';
import { note } from '../transitions.js';

/** The limits that a manual request overrides. */
export interface Overrides {
  hourlyCap: boolean;
  canary: boolean;
}

/**
 * Block reasons for which a manual request is useful. For `inventory-stale` and `attempts-used`, the requester is expected to have
 * checked the Mac. `observe` and `paused` are checked again, because the mode or the pause may have changed in the meantime.
 */
const LIFTED_BY_REQUEST: ReadonlySet<BlockReason | undefined> = new Set([
  'inventory-stale',
  'attempts-used',
  'observe',
  'paused',
]);

/**
 * Whether a manual request can speed up an open redistribution that waits. If so, the request takes over the redistribution, because only
 * one can be open for a Mac and profile. The redistribution is then checked again at once, and comes first among those that wait for
 * capacity.
 */
export function overridesHelp(open: Redistribution, overrides: Overrides): boolean {
  const { state, blocked, cause, attempts, intent, cancelRequest } = open;
  if (cancelRequest !== null || intent !== null || attempts.some(({ endedAt }) => endedAt === null))
    return false;
  const before = cause.kind === 'manual' ? cause.overrides : null;
  if (blocked?.reason === 'hourly-cap') return overrides.hourlyCap && before?.hourlyCap !== true;
  if (blocked?.reason === 'canary') return overrides.canary && before?.canary !== true;
  if (before !== null) return false;
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
