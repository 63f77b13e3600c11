const SECOND = 1_000;
const MINUTE = 60 * SECOND;
/** Nearer than this, before or after: clocks are not alike to the second. */
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

/** A duration in its largest fitting unit: `3 days`, `12 hours`. Below twice a unit the next smaller is used: `36 hours`, `90 seconds`. */
export function spell(durationMs: number): string {
  const size = Math.abs(durationMs);
  const unit = UNITS.find(({ ms }) => size >= 2 * ms) ?? UNITS[3];
  const count = Math.round(size / unit.ms);
  return `${count.toLocaleString()} ${unit.word}${count === 1 ? '' : 's'}`;
}

/** How far an instant is from now: `3 days ago`, `in 12 hours`, `just now`. */
export function relative(at: number, now: number): string {
  const distance = at - now;
  if (Math.abs(distance) < SHORT) return 'just now';
  return distance < 0 ? `${spell(distance)} ago` : `in ${spell(distance)}`;
}

/** An instant to the second, in the reader's language and time zone. */
export function exactly(at: number): string {
  return exact.format(at);
}

/** An instant to the second as short as it can be told apart: without the day when it is today's, without the year when it is this year's. */
export function compactly(at: number, now: number): string {
  const [then, today] = [new Date(at), new Date(now)];
  if (then.toDateString() === today.toDateString()) return timeOnly.format(at);
  return then.getFullYear() === today.getFullYear() ? withinYear.format(at) : exactly(at);
}

/** The day of an instant, in the reader's language and time zone. */
export function dayOf(at: number): string {
  return dayOnly.format(at);
}

/** Reasons are parts of sentences in the log, with their instants in UTC; for a person each stands alone, in the reader's time. */
export function sentenceOf(why: string): string {
  const here = why.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/gu, (iso) => exactly(Date.parse(iso)));
  return here.charAt(0).toUpperCase() + here.slice(1) + (/[.!?]$/u.test(here) ? '' : '.');
}
