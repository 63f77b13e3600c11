/** When missing Macs are not believed at once. */
export interface FallPolicy {
  /** More missing Macs than this share of the known ones, and more than `least`, are a fall of the fleet. */
  share: number;
  least: number;
  /** A later sweep confirms the fall after this time, milliseconds. */
  confirm: number;
}

/**
 * Jamf Pro returned far fewer Macs than before: its database was restored, a site was assigned to the API client, or it answered with an
 * empty list. Until the fall is confirmed no Mac is retired. Instants are epoch milliseconds.
 */
export interface FleetFall {
  at: number;
  known: number;
  missing: number;
  /** When a person or a later sweep confirmed it. */
  acceptedAt: number | null;
  /** When a sweep found the Macs again, or found the confirmed ones retired. */
  overAt: number | null;
}

/** Whether a fall waits for its confirmation. */
export function isOpenFall(fall: FleetFall | null): boolean {
  return fall !== null && fall.acceptedAt === null && fall.overAt === null;
}

/** Whether `missing` of `known` Macs are too many to be believed at once. */
export function isFall(
  { known, missing }: Pick<FleetFall, 'known' | 'missing'>,
  { share, least }: FallPolicy,
): boolean {
  return missing > least && missing > share * known;
}

/**
 * The fall after a sweep of the whole fleet; `null` if there is none and was none. `found`: Macs that the sweep read. An empty fleet is
 * always a fall, and no sweep confirms it: a second empty answer is the same reading. A person can.
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
