/** Thresholds from which missing Macs are not retired immediately, because Jamf Pro may have returned an incomplete list. */
export interface FallPolicy {
  /** Share of the known Macs. If more Macs than this share, and more than `least`, are missing, they count as a fall of the fleet. */
  share: number;
  least: number;
  /** Time after which a sweep that still does not find the Macs confirms the fall, milliseconds. */
  confirm: number;
}

/**
 * A fall of the fleet: Jamf Pro returned far fewer Macs than before, for example because its database was restored, the API client was
 * limited to a site, or the list was empty. No Mac is retired until the fall is confirmed. Times are epoch milliseconds.
 */
export interface FleetFall {
  at: number;
  known: number;
  missing: number;
  /** When a user or a later sweep confirmed the fall; `null` before that. */
  acceptedAt: number | null;
  /** When the fall ended: a sweep found the Macs again, or the missing Macs had been retired. `null` before that. */
  overAt: number | null;
}

/** Whether there is a fall that is not confirmed yet. */
export function isOpenFall(fall: FleetFall | null): boolean {
  return fall !== null && fall.acceptedAt === null && fall.overAt === null;
}

/** Whether the number of missing Macs is a fall of the fleet. */
export function isFall(
  { known, missing }: Pick<FleetFall, 'known' | 'missing'>,
  { share, least }: FallPolicy,
): boolean {
  return missing > least && missing > share * known;
}

/**
 * Returns the current or last fall after a sweep of the whole fleet; `null` if there has never been one. `found`: Macs that the sweep read. An empty
 * fleet is always a fall, and only a user can confirm it: a second empty answer may have the same cause as the first.
 */
export function fallAfter(
  before: FleetFall | null,
  { known, missing, found, now }: { known: number; missing: number; found: number; now: number },
  policy: FallPolicy,
): FleetFall | null {
  const isEmpty = found === 0 && known > 0;
  if (!isEmpty && !isFall({ known, missing }, policy))
    return before === null || before.overAt !== null ? before : { ...before, overAt: now };
  const begun = before === null || before.overAt !== null ? null : before;
  const at = begun?.at ?? now;
  const isConfirmed = begun !== null && !isEmpty && now - at >= policy.confirm;
  return { at, known, missing, acceptedAt: begun?.acceptedAt ?? (isConfirmed ? now : null), overAt: null };
}
