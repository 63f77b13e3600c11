/** Matches `2026-06-03`, `2026-06-03 10:00`, `2026-06-03T10:00:00.123Z`, `…+0000` and `…+00:00`. */
const ISO_8601 = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?) ?(Z|[+-]\d\d(?::?\d\d)?)?)?$/i;
/** A smaller number is a time in seconds: in milliseconds, it would be a date before March 1973. */
const MIN_MILLISECONDS = 100_000_000_000;
/** End of the year 9999, the latest date in a certificate (RFC 5280, section 4.1.2.5). */
const LATEST_EXPIRY_MS = 253_402_300_799_999;

/**
 * Converts a date from Jamf Pro to epoch milliseconds. Accepts ISO 8601 with or without a time zone (default UTC; the
 * Classic API sends `+0000`), and epoch seconds or milliseconds as a number or text. Returns `null` for any other
 * value, and for 1970-01-01, with which Jamf Pro means *never*.
 */
export function toInstant(value: unknown): number | null {
  if (typeof value === 'number') return fromEpoch(value);
  if (typeof value !== 'string') return null;
  const text = value.trim();
  if (/^\d{9,14}$/.test(text)) return fromEpoch(Number(text));
  const match = ISO_8601.exec(text);
  if (!match) return null;
  const [, day = '', time = '00:00', zone = 'Z'] = match;
  const instant = Date.parse(`${day}T${time}${zoneOf(zone)}`);
  return instant > 0 ? Math.trunc(instant) : null;
}

function fromEpoch(value: number): number | null {
  const instant = Math.trunc(value < MIN_MILLISECONDS ? value * 1000 : value);
  return instant > 0 && instant <= LATEST_EXPIRY_MS ? instant : null;
}

/** Normalizes a time zone to `Z` or `+hh:mm`, as `Date.parse` requires. */
function zoneOf(zone: string): string {
  if (zone.toUpperCase() === 'Z') return 'Z';
  const digits = zone.replace(':', '').padEnd(5, '0');
  return `${digits.slice(0, 3)}:${digits.slice(3)}`;
}
