import { type Headers, header } from './outcome.js';

/**
 * How long a server asks to be left alone, milliseconds, `null` when it does not: `Retry-After` in seconds or as a date
 * (RFC 9110, section 10.2.3), else `x-ratelimit-reset` once `x-ratelimit-remaining` is 0 (Platform gateway since 2026-10-14).
 * A date is compared with the server's own `Date`, for its clock may differ from ours.
 */
export function askedToWait(headers: Headers, now: number): number | null {
  const retryAfter = header(headers, 'retry-after')?.trim();
  if (retryAfter !== undefined && retryAfter !== '') {
    if (/^\d+(\.\d+)?$/.test(retryAfter)) return Number(retryAfter) * 1000;
    const until = Date.parse(retryAfter);
    if (!Number.isNaN(until)) return Math.max(0, until - serverTime(headers, now));
  }
  return header(headers, 'x-ratelimit-remaining')?.trim() === '0' ? untilReset(headers, now) : null;
}

/** Not said whether a reset is a duration or an instant: seconds up to a year are a duration. */
function untilReset(headers: Headers, now: number): number | null {
  const reset = Number(header(headers, 'x-ratelimit-reset')?.trim() || Number.NaN);
  if (Number.isNaN(reset) || reset < 0) return null;
  if (reset < 31_536_000) return reset * 1000;
  const at = reset < 100_000_000_000 ? reset * 1000 : reset;
  return Math.max(0, at - serverTime(headers, now));
}

/** What the clock of the server showed when it answered, ours when it did not say. */
export function serverTime(headers: Headers, now: number): number {
  const date = Date.parse(header(headers, 'date') ?? '');
  return Number.isNaN(date) ? now : date;
}
