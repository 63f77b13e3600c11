import { env } from 'node:process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../../support/redistribution/fixtures.js';
import { expectEnd, expectSafe } from '../../../support/redistribution/promises.js';
import {
  DISASTERS,
  MEANWHILE,
  MECHANISMS,
  MOMENTS,
  PEOPLE,
  starts,
  watchedStage,
} from '../../../support/redistribution/scene.js';

const somewhere = fc.integer({ min: 1, max: 60 });
const maybe = fc.option(somewhere, { nil: null, freq: 2 });
const fate = fc.record({ killAt: maybe, hangAt: fc.constant(null), seed: fc.nat() });
const hanging = fc.record({ killAt: maybe, hangAt: somewhere, seed: fc.nat() });

const passing = fc.constantFrom(1, MINUTE, 16 * MINUTE, HOUR, 2 * HOUR, DAY, 3 * DAY, 9 * DAY);
const skewing = fc.integer({ min: -9 * MINUTE, max: 9 * MINUTE });

/** What may happen, in any order and any number. */
const operation = fc.oneof(
  { weight: 8, arbitrary: fc.record({ op: fc.constant('turn' as const), fate, report: fc.boolean() }) },
  { weight: 4, arbitrary: fc.record({ op: fc.constant('run' as const), fate }) },
  {
    weight: 4,
    arbitrary: fc.record({
      op: fc.constant('run twice' as const),
      first: hanging,
      second: fate,
      behind: fc.nat({ max: 300 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      op: fc.constant('run frozen' as const),
      at: somewhere,
      meanwhile: fc.constantFrom(...MEANWHILE),
      another: fc.boolean(),
    }),
  },
  { weight: 5, arbitrary: fc.record({ op: fc.constantFrom(...MOMENTS) }) },
  { weight: 3, arbitrary: fc.record({ op: fc.constant('pass' as const), ms: passing }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constantFrom(...PEOPLE) }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constantFrom(...DISASTERS) }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('skew' as const), ms: skewing }) },
);

/** The same histories each time, so that the result is the same; `FC_RUNS=5000` generates others, and prints their seed. */
const HISTORIES =
  env['FC_RUNS'] === undefined ? { numRuns: 100, seed: 1 } : { numRuns: Number(env['FC_RUNS']) };

describe('whatever is killed, doubled, late or out of order', () => {
  const sides = ['blue', 'green', 'an old overlap'] as const;
  it.each(sides.flatMap((side) => Object.keys(MECHANISMS).map((name) => [side, name] as const)))(
    'a redistribution that begins at %s by %s stays safe and comes to an end',
    async (side, name) => {
      const holds = fc.assert(
        fc.asyncProperty(fc.array(operation, { minLength: 4, maxLength: 40 }), async (operations) => {
          const scene = watchedStage(MECHANISMS[name] ?? {});
          const { stage } = scene;
          await stage.enrol('1', starts[side]);
          for (const one of operations) {
            await scene.apply(one);
            expectSafe(stage, scene.isCounted());
          }
          await scene.calm();
          await expectEnd(stage, scene.isCounted());
        }),
        HISTORIES,
      );
      await expect(holds).resolves.toBeUndefined();
    },
  );
});
