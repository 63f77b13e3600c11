import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toInstant } from '../../../src/jamf/parsing/instant.js';

const AT = Date.UTC(2026, 5, 3, 10, 0, 0);

describe('toInstant', () => {
  it.each([
    ['2026-06-03T10:00:00Z', AT],
    ['2026-06-03T10:00:00.123Z', AT + 123],
    ['2026-06-03T10:00:00.123456Z', AT + 123],
    ['2026-06-03T10:00Z', AT],
    ['2026-06-03T12:00:00.000+0200', AT],
    ['2026-06-03T12:00:00+02:00', AT],
    ['2026-06-03T12:00:00+02', AT],
    ['2026-06-03T10:00:00', AT],
    ['2026-06-03 10:00:00', AT],
    [' 2026-06-03T10:00:00Z ', AT],
    ['2026-06-03', Date.UTC(2026, 5, 3)],
    [AT, AT],
    [AT / 1000, AT],
    [String(AT), AT],
    [String(AT / 1000), AT],
  ])('reads %j', (written, instant) => expect(toInstant(written)).toBe(instant));

  it.each([
    '',
    ' ',
    'never',
    'now',
    '2 minutes ago',
    '0',
    0,
    -1,
    null,
    undefined,
    {},
    [],
    true,
    '2026-13-45',
  ])('returns null for %j', (written) => expect(toInstant(written)).toBeNull());

  it('returns null for the epoch, which Jamf Pro writes for never', () => {
    expect(toInstant('1970-01-01T00:00:00Z')).toBeNull();
    expect(toInstant(Number.NaN)).toBeNull();
    expect(toInstant(Number.POSITIVE_INFINITY)).toBeNull();
  });

  it('parses every time that JavaScript prints', () => {
    fc.assert(
      fc.property(fc.date({ min: new Date(1), max: new Date('9999-12-31'), noInvalidDate: true }), (date) => {
        expect(toInstant(date.toISOString())).toBe(date.getTime());
      }),
    );
  });
});
