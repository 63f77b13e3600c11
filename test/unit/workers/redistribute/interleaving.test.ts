import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyOperation, runOptions } from '../../../support/redistribution/random-operations.js';
import { expectCompletion, expectSafe } from '../../../support/redistribution/invariants.js';
import { createCheckedEnvironment } from '../../../support/redistribution/checked-environment.js';
import { MECHANISMS, INITIAL_STATES } from '../../../support/redistribution/operations.js';

describe('random kills, duplicates, delays and reorderings', () => {
  const sides = ['blue', 'green', 'an old overlap'] as const;
  it.each(sides.flatMap((side) => Object.keys(MECHANISMS).map((name) => [side, name] as const)))(
    'keep all invariants and complete a redistribution that starts at %s by %s',
    async (side, name) => {
      const holds = fc.assert(
        fc.asyncProperty(fc.array(anyOperation(), { minLength: 4, maxLength: 40 }), async (operations) => {
          const scene = createCheckedEnvironment(MECHANISMS[name] ?? {});
          const { environment } = scene;
          await environment.enroll('1', INITIAL_STATES[side]);
          for (const one of operations) {
            await scene.apply(one);
            expectSafe(environment, scene.isCounted());
          }
          await scene.recover();
          await expectCompletion(environment, scene.isCounted());
        }),
        runOptions(100),
      );
      await expect(holds).resolves.toBeUndefined();
    },
  );
});
