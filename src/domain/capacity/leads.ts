const DAY_MS = 86_400_000;

/**
 * How many days earlier than the renewal window certificates are due that expire on a day (UTC, days since 1970), up to the day of the next
 * entry. Sorted by day. Certificates that expire before the first entry are due at the renewal window.
 */
export interface Lead {
  readonly day: number;
  readonly days: number;
}

/** How much earlier than the renewal window a certificate is due, in milliseconds. */
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

/** Lists leads that are given for consecutive days of expiry, without repetitions. */
export function leadsFrom(firstDay: number, days: readonly number[]): readonly Lead[] {
  const leads: Lead[] = [];
  days.forEach((lead, index) => {
    if (lead !== (leads.at(-1)?.days ?? 0)) leads.push({ day: firstDay + index, days: lead });
  });
  return leads;
}

/** The lead of each of `count` days of expiry from a day on. */
export function leadsOn(leads: readonly Lead[], firstDay: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => leadOf(leads, (firstDay + index) * DAY_MS) / DAY_MS);
}

/** Whether any certificate is due earlier with `next` than with `previous`. */
export function isEarlier(previous: readonly Lead[], next: readonly Lead[]): boolean {
  return [...previous, ...next].some(
    ({ day }) => leadOf(next, day * DAY_MS) > leadOf(previous, day * DAY_MS),
  );
}
