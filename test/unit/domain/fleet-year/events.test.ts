import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createEvents } from '../../../../src/simulation/events.js';

test('the queue returns events by time, and events of the same time in the order in which they were added', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 20 })), (times) => {
      const events = createEvents();
      times.forEach((at, index) => events.add(at, at % 3, index, 7));
      const out: number[][] = [];
      for (let next = events.next(); next !== null; next = events.next()) out.push([next.at, next.mac]);
      const sorted = times
        .map((at, index) => [at, index] as const)
        .sort((a, b) => a[0] - b[0] || a[1] - b[1]);
      expect(out).toEqual(sorted);
    }),
  );
});
