import type { BlockReason, Cause, Redistribution } from '../record.js';
import { note } from '../transitions.js';

/** The rails that a person goes past. */
export interface Overrides {
  hourlyCap: boolean;
  canary: boolean;
}

/** What holds a redistribution back only as long as nobody has looked at the Mac. */
const UNTIL_SOMEBODY_LOOKS: ReadonlySet<BlockReason | undefined> = new Set([
  'inventory-stale',
  'attempts-used',
]);

/**
 * Whether a person's request gets an open redistribution further that waits with nothing sent. Then it is taken over, and no second one
 * is opened: there is one open redistribution for a Mac and profile, ever.
 */
export function getsFurther(open: Redistribution, overrides: Overrides): boolean {
  const { state, blocked, cause, attempts, intent, cancelRequest } = open;
  if (cancelRequest !== null || intent !== null || attempts.some(({ endedAt }) => endedAt === null))
    return false;
  const before = cause.kind === 'manual' ? cause.overrides : null;
  if (blocked?.reason === 'hourly-cap') return overrides.hourlyCap && before?.hourlyCap !== true;
  if (blocked?.reason === 'canary') return overrides.canary && before?.canary !== true;
  if (before !== null || attempts.length > 0) return false;
  return state === 'due' || UNTIL_SOMEBODY_LOOKS.has(blocked?.reason);
}

/** What a person has to say to get past what holds a redistribution back; `null` where nothing they could say does. */
export function wayPast({ blocked }: Redistribution): string | null {
  if (blocked?.reason === 'hourly-cap') return 'go past the hourly cap';
  if (blocked?.reason === 'canary') return 'go past the canary';
  return null;
}

/** The open redistribution as the person's own: their reason is on record, and what they go past does not hold for it. */
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
