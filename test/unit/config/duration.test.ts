import { describe, expect, it } from 'vitest';
import { formatDuration, parseDuration } from '../../../src/config/values/duration.js';

describe('a duration', () => {
  it.each([
    ['250ms', 250],
    ['90s', 90_000],
    ['15m', 900_000],
    ['12h', 43_200_000],
    ['1.5d', 129_600_000],
  ])('%s is %i ms', (text, expected) => {
    expect(parseDuration(text)).toBe(expected);
  });

  it.each(['30', '30 days', '-1d', '1w', '', 'd', '1e3s'])('%j is refused', (text) => {
    expect(() => parseDuration(text)).toThrow(RangeError);
  });

  it('is printed in its largest unit', () => {
    expect(formatDuration(30 * 86_400_000)).toBe('30d');
    expect(formatDuration(250)).toBe('250ms');
  });
});

it('is an integer number of milliseconds', () => {
  expect(parseDuration('0.6ms')).toBe(1);
});
