/** `2026-06-03`, `2026-06-03 10:00`, `2026-06-03T10:00:00.123Z`, `…+0000` and `…+00:00`. */
const WRITTEN = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?) ?(Z|[+-]\d\d(?::?\d\d)?)?)?$/i;
/** Below this a number is meant as seconds: as milliseconds it would be a day in early 1970. */
const LEAST_MS = 100_000_000_000;
/** The end of the year 9999, the last one that a certificate can name (RFC 5280, 4.1.2.5). */
const MOST_MS = 253_402_300_799_999;

/**
 * Epoch milliseconds of an instant as Jamf writes it: ISO 8601 with or without zone (UTC is meant), Classic's `+0000`,
 * epoch milliseconds or seconds as number or text. `null` for everything else: empty texts, words, and 1970-01-01, Jamf's *never*.
 */
export function toInstant(value: unknown): number | null {
  if (typeof value === 'number') return fromEpoch(value);
  if (typeof value !== 'string') return null;
  const text = value.trim();
  if (/^\d{9,14}$/.test(text)) return fromEpoch(Number(text));
  const match = WRITTEN.exec(text);
  if (!match) return null;
  const [, day = '', time = '00:00', zone = 'Z'] = match;
  const instant = Date.parse(`${day}T${time}${zoneOf(zone)}`);
  return instant > 0 ? Math.trunc(instant) : null;
}

function fromEpoch(value: number): number | null {
  const instant = Math.trunc(value < LEAST_MS ? value * 1000 : value);
  return instant > 0 && instant <= MOST_MS ? instant : null;
}

/** `Date.parse` wants `Z` or `+hh:mm`. */
function zoneOf(zone: string): string {
  if (zone.toUpperCase() === 'Z') return 'Z';
  const digits = zone.replace(':', '').padEnd(5, '0');
  return `${digits.slice(0, 3)}:${digits.slice(3)}`;
}
