import { expect, test } from 'vitest';
import { niceTop } from '../../../console/src/overview/forecast/scale.js';

test.each([
  [0, 2],
  [1, 2],
  [7, 8],
  [23, 40],
  [100, 100],
  [101, 200],
  [8_400, 10_000],
])('a scale for %i ends at %i', (most, top) => {
  expect(niceTop(most)).toBe(top);
});
