const SECOND = 1_000;
const MINUTE = 60 * SECOND;
/**
 * Times that differ from now by less than this are shown as “just now”, because the clocks of server and browser
 * differ by seconds. Milliseconds.
 */
export const SHORT = 5 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const UNITS = [
  { ms: DAY, word: 'day' },
  { ms: HOUR, word: 'hour' },
  { ms: MINUTE, word: 'minute' },
  { ms: SECOND, word: 'second' },
] as const;

const exact = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

const timeOnly = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });
const withinYear = new Intl.DateTimeFormat(undefined, {
  month: 'short',
  day: 'numeric',
  hour: 'numeric',
  minute: '2-digit',
  second: '2-digit',
});

const dayOnly = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });

/**
 * Formats a duration in one unit: `3 days`, `12 hours`. A duration of less than two units is shown in the next
 * smaller unit: `36 hours` instead of 1.5 days, `90 seconds` instead of 1.5 minutes.
 */
export function spell(durationMs: number): string {
  const size = Math.abs(durationMs);
  const unit = UNITS.find(({ ms }) => size >= 2 * ms) ?? UNITS[3];
  const count = Math.round(size / unit.ms);
  return `${count.toLocaleString()} ${unit.word}${count === 1 ? '' : 's'}`;
}

/** Formats a time relative to now: `3 days ago`, `in 12 hours`, `just now`. */
export function relative(at: number, now: number): string {
  const distance = at - now;
  if (Math.abs(distance) < SHORT) return 'just now';
  return distance < 0 ? `${spell(distance)} ago` : `in ${spell(distance)}`;
}

/** Formats a time with seconds, in the language and time zone of the browser. */
export function exactly(at: number): string {
  return exact.format(at);
}

/** Formats a time with seconds. Omits the date for a time of today, and the year for a time of this year. */
export function compactly(at: number, now: number): string {
  const [then, today] = [new Date(at), new Date(now)];
  if (then.toDateString() === today.toDateString()) return timeOnly.format(at);
  return then.getFullYear() === today.getFullYear() ? withinYear.format(at) : exactly(at);
}

/** Formats the date of a time, in the language and time zone of the browser. */
export function dayOf(at: number): string {
  return dayOnly.format(at);
}

/**
 * Converts a text of the API (lower-case start, times in UTC, no full stop) to a sentence with times in the time
 * zone of the browser.
 */
export function sentenceOf(why: string): string {
  const here = why.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/gu, (iso) => exactly(Date.parse(iso)));
  return here.charAt(0).toUpperCase() + here.slice(1) + (/[.!?]$/u.test(here) ? '' : '.');
}
