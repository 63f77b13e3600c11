import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anything, histories } from '../../../support/redistribution/histories.js';
import { expectEnd, expectSafe } from '../../../support/redistribution/promises.js';
import { MECHANISMS, starts, watchedStage } from '../../../support/redistribution/scene.js';

describe('whatever is killed, doubled, late or out of order', () => {
  const sides = ['blue', 'green', 'an old overlap'] as const;
  it.each(sides.flatMap((side) => Object.keys(MECHANISMS).map((name) => [side, name] as const)))(
    'a redistribution that begins at %s by %s stays safe and comes to an end',
    async (side, name) => {
      const holds = fc.assert(
        fc.asyncProperty(fc.array(anything(), { minLength: 4, maxLength: 40 }), async (operations) => {
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
        histories(100),
      );
      await expect(holds).resolves.toBeUndefined();
    },
  );
});
