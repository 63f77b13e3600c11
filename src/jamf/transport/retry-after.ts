import { type Headers, header } from './outcome.js';

/**
 * Returns how long a server asks to wait, milliseconds; `null` if it does not ask. Reads `Retry-After` in seconds or as
 * a date (RFC 9110, section 10.2.3), otherwise `x-ratelimit-reset` if `x-ratelimit-remaining` is 0 (gateway of the Jamf
 * Platform API since 2026-10-14). A date is compared with the `Date` header of the server, because the clock of the
 * server may differ.
 */
export function retryAfterOf(headers: Headers, now: number): number | null {
  const retryAfter = header(headers, 'retry-after')?.trim();
  if (retryAfter !== undefined && retryAfter !== '') {
    if (/^\d+(\.\d+)?$/.test(retryAfter)) return Number(retryAfter) * 1000;
    const until = Date.parse(retryAfter);
    if (!Number.isNaN(until)) return Math.max(0, until - serverTime(headers, now));
  }
  return header(headers, 'x-ratelimit-remaining')?.trim() === '0' ? untilReset(headers, now) : null;
}

/**
 * The header `x-ratelimit-reset` may contain a duration or a time. A value below one year in seconds is read as a
 * duration.
 */
function untilReset(headers: Headers, now: number): number | null {
  const reset = Number(header(headers, 'x-ratelimit-reset')?.trim() || Number.NaN);
  if (Number.isNaN(reset) || reset < 0) return null;
  if (reset < 31_536_000) return reset * 1000;
  const at = reset < 100_000_000_000 ? reset * 1000 : reset;
  return Math.max(0, at - serverTime(headers, now));
}

/**
 * Returns the time of the response on the clock of the server, epoch milliseconds; `now` if the response has no
 * `Date` header.
 */
export function serverTime(headers: Headers, now: number): number {
  const date = Date.parse(header(headers, 'date') ?? '');
  return Number.isNaN(date) ? now : date;
}
