import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ScoredSet } from '../../../../src/simulation/memory/scored-set.js';

const member = fc.integer({ min: 0, max: 400 }).map((number) => `r${String(number)}`);
const score = fc.oneof(fc.integer({ min: 0, max: 50 }), fc.constant(Infinity));
const change = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('set' as const), member, score }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('delete' as const), member }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('removeUpTo' as const), score }) },
);

test('a scored set has the order of a Redis sorted set after any changes, also with more members than a block holds', () => {
  fc.assert(
    fc.property(fc.array(change, { minLength: 600, maxLength: 1_200 }), (changes) => {
      const set = new ScoredSet();
      const expected = new Map<string, number>();
      for (const one of changes) {
        if (one.do === 'set') {
          set.set(one.member, one.score);
          expected.set(one.member, one.score);
        } else if (one.do === 'delete') {
          set.delete(one.member);
          expected.delete(one.member);
        } else if (one.score !== Infinity) {
          set.removeUpTo(one.score - 45);
          for (const [name, at] of expected) if (at <= one.score - 45) expected.delete(name);
        }
      }
      const sorted = [...expected].sort(
        ([name, at], [other, otherAt]) => (at === otherAt ? 0 : at - otherAt) || (name < other ? -1 : 1),
      );
      expect(set.first(Infinity)).toEqual(sorted.map(([name]) => name));
      expect(set.first(3)).toEqual(sorted.slice(0, 3).map(([name]) => name));
      expect(new Map(set)).toEqual(expected);
      for (const limit of [0, 20, 50, Infinity]) {
        expect(set.below(limit)).toBe(sorted.filter(([, at]) => at < limit).length);
        expect(set.upTo(limit)).toBe(sorted.filter(([, at]) => at <= limit).length);
      }
      for (const index of [0, 100, 255, 256, 399])
        expect(set.scoreAt(index)).toBe(sorted[index]?.[1] ?? Infinity);
    }),
    { numRuns: 10 },
  );
});
