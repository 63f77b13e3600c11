import { describe, expect, it } from 'vitest';
import {
  isTimeZone,
  lastWindowBefore,
  maintenanceAt,
  type MaintenanceWindow,
} from '../../../../src/domain/redistribution/safety-limits/maintenance-window.js';

const at = (text: string) => Date.parse(text);
const nights: MaintenanceWindow = {
  days: ['mon', 'tue', 'wed', 'thu', 'fri'],
  from: '22:00',
  to: '05:00',
  zone: 'Europe/Berlin',
};
const opens = (windows: MaintenanceWindow[], now: string) => {
  const answer = maintenanceAt(windows, at(now));
  if (answer.open) return 'open';
  return new Date(answer.opensAt).toISOString();
};

describe('maintenance windows', () => {
  it('are always open when none is configured', () => {
    expect(maintenanceAt([], 0)).toEqual({ open: true });
  });

  it.each([
    ['a Monday evening', '2026-11-23T21:00:00Z', 'open'],
    ['a minute before', '2026-11-23T20:59:00Z', '2026-11-23T21:00:00.000Z'],
    ['past midnight, of the day before', '2026-11-24T03:59:59Z', 'open'],
    ['when it ends', '2026-11-24T04:00:00Z', '2026-11-24T21:00:00.000Z'],
    ['Saturday night of the window that began on Friday', '2026-11-28T03:00:00Z', 'open'],
    ['Sunday night, which nobody gave', '2026-11-29T23:00:00Z', '2026-11-30T21:00:00.000Z'],
  ])('are computed correctly: %s', (_when, now, answer) => {
    expect(opens([nights], now)).toBe(answer);
  });

  it('never stop renewals if they cannot be computed', () => {
    expect(opens([{ ...nights, zone: 'Mars/Olympus' }], '2026-11-23T12:00:00Z')).toBe('open');
    expect(opens([{ ...nights, days: [] }], '2026-11-23T12:00:00Z')).toBe('open');
  });

  it.each([
    ['in a window', '2026-11-24T02:00:00Z', '2026-11-24T02:00:00.000Z'],
    ['between two windows', '2026-11-24T12:00:00Z', '2026-11-23T21:00:00.000Z'],
    ['a second time in the same gap', '2026-11-24T20:59:00Z', '2026-11-23T21:00:00.000Z'],
    ['after the weekend', '2026-11-30T12:00:00Z', '2026-11-27T21:00:00.000Z'],
  ])('name the last opening before a date %s', (_where, date, opening) => {
    expect(new Date(lastWindowBefore([nights], at(date))).toISOString()).toBe(opening);
  });

  it('follow local time into daylight saving time', () => {
    // 22:00 in Berlin is 21:00 UTC in winter and 20:00 in summer; clocks go forward on 2026-03-29.
    expect(opens([{ ...nights, days: ['sat', 'sun'] }], '2026-03-28T12:00:00Z')).toBe(
      '2026-03-28T21:00:00.000Z',
    );
    expect(opens([{ ...nights, days: ['sun'] }], '2026-03-29T12:00:00Z')).toBe('2026-03-29T20:00:00.000Z');
    // It ends at 05:00 local time, one hour sooner than without the change.
    expect(opens([{ ...nights, days: ['sat'] }], '2026-03-29T02:59:00Z')).toBe('open');
    expect(opens([{ ...nights, days: ['sat'] }], '2026-03-29T03:00:00Z')).toBe('2026-04-04T20:00:00.000Z');
  });

  it('do not open in an hour that is skipped, and open twice in an hour that occurs twice', () => {
    const skipped: MaintenanceWindow = { days: ['sun'], from: '02:00', to: '03:00', zone: 'Europe/Berlin' };
    expect(opens([skipped], '2026-03-28T23:00:00Z')).toBe('2026-04-05T00:00:00.000Z');
    // 02:30 occurs twice on 2026-10-25: at 00:30 and at 01:30 UTC.
    expect(opens([skipped], '2026-10-25T00:30:00Z')).toBe('open');
    expect(opens([skipped], '2026-10-25T01:30:00Z')).toBe('open');
    expect(opens([skipped], '2026-10-25T02:00:00Z')).toBe('2026-11-01T01:00:00.000Z');
  });

  it('can start at any minute, in a time zone with any offset', () => {
    const odd: MaintenanceWindow = { days: ['wed'], from: '09:07', to: '09:08', zone: 'Asia/Kathmandu' };
    expect(opens([odd], '2026-11-24T00:00:00Z')).toBe('2026-11-25T03:22:00.000Z');
  });

  it('require an existing time zone', () => {
    expect(isTimeZone('America/New_York')).toBe(true);
    expect(isTimeZone('Europe/Atlantis')).toBe(false);
  });
});
