import { expect, test } from 'vitest';
import { exactly, relative } from '../../../console/src/components/time/instants.js';

const NOW = Date.UTC(2026, 10, 23, 12);
const SECOND = 1_000;
const HOUR = 3_600 * SECOND;
const DAY = 24 * HOUR;

test.each([
  [0, 'just now'],
  [-4 * SECOND, 'just now'],
  [4 * SECOND, 'just now'],
  [-20 * SECOND, '20 seconds ago'],
  [-90 * SECOND, '90 seconds ago'],
  [3 * 60 * SECOND, 'in 3 minutes'],
  [-36 * HOUR, '36 hours ago'],
  [2 * DAY, 'in 2 days'],
  [365 * DAY - HOUR, 'in 365 days'],
  [-400 * DAY, '400 days ago'],
])('%i ms from now is shown as %s', (distance, text) => {
  expect(relative(NOW + distance, NOW)).toBe(text);
});

test('the exact time has seconds', () => {
  expect(exactly(NOW + 7 * SECOND)).toContain(':07');
});
