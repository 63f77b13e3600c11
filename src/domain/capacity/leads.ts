const DAY_MS = 86_400_000;

/**
 * Certificates that expire on `day` (UTC, days since 1970) or later become due `days` days before the renewal window.
 * The entry applies up to the `day` of the next entry. Entries are sorted by `day`. Certificates that expire before the
 * first entry become due at the start of the renewal window.
 */
export interface Lead {
  readonly day: number;
  readonly days: number;
}

/** Returns how long before the renewal window a certificate becomes due, in milliseconds. */
export function leadOf(leads: readonly Lead[], expiresAt: number): number {
  const day = Math.floor(expiresAt / DAY_MS);
  let low = 0;
  let high = leads.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((leads[middle]?.day ?? Infinity) <= day) low = middle + 1;
    else high = middle;
  }
  return (leads[low - 1]?.days ?? 0) * DAY_MS;
}

/**
 * Converts the leads of consecutive days of expiry to a list of entries. A day with the same lead as the day before
 * gets no entry.
 */
export function leadsFrom(firstDay: number, days: readonly number[]): readonly Lead[] {
  const leads: Lead[] = [];
  days.forEach((lead, index) => {
    if (lead !== (leads.at(-1)?.days ?? 0)) leads.push({ day: firstDay + index, days: lead });
  });
  return leads;
}

/** Returns the leads, in days, of `count` consecutive days of expiry that start with `firstDay`. */
export function leadsOn(leads: readonly Lead[], firstDay: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => leadOf(leads, (firstDay + index) * DAY_MS) / DAY_MS);
}

/** Whether any certificate is due earlier with `next` than with `previous`. */
export function isEarlier(previous: readonly Lead[], next: readonly Lead[]): boolean {
  return [...previous, ...next].some(
    ({ day }) => leadOf(next, day * DAY_MS) > leadOf(previous, day * DAY_MS),
  );
}
