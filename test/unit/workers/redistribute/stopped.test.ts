import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LONG_TEST_MS } from '../../../support/eventually.js';
import { anyOperation, runOptions } from '../../../support/redistribution/random-operations.js';
import {
  RESTORES,
  TRIGGERS,
  createCheckedEnvironment,
} from '../../../support/redistribution/checked-environment.js';
import {
  JOB_STATES,
  MECHANISMS,
  type Operation,
  INITIAL_STATES,
  STOPS,
} from '../../../support/redistribution/operations.js';

const WELL = { killAt: null, hangAt: null, seed: 0 };

/** Operations before writes are stopped: mostly normal steps, so that there is something to stop. */
const before = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ op: fc.constant('turn' as const), fate: fc.constant(WELL), report: fc.boolean() }),
  },
  { weight: 1, arbitrary: anyOperation({ meanwhile: ['nothing'], without: ['slow call', ...STOPS] }) },
);

/** Operations afterwards: all except those that allow writes again. A call that hangs was sent before. */
const after = anyOperation({ meanwhile: ['nothing'], without: ['slow call', 'resume', 'act', ...STOPS] });

const history = fc.record({
  start: fc.constantFrom(...(Object.keys(INITIAL_STATES) as (keyof typeof INITIAL_STATES)[])),
  mechanism: fc.constantFrom(...Object.keys(MECHANISMS)),
  before: fc.array(before, { maxLength: 10 }),
  stop: fc.constantFrom(...STOPS),
  /** While a worker is frozen before a write or at another call, or between two runs. */
  frozen: fc.constantFrom('before a write', 'before a write', 'anywhere', 'nothing is'),
  at: fc.nat({ max: 59 }),
  job: fc.constantFrom(...JOB_STATES),
  after: fc.array(after, { minLength: 3, maxLength: 16 }),
});

type History = typeof history extends fc.Arbitrary<infer Value> ? Value : never;

async function play({ start, mechanism }: History, operations: readonly Operation[]) {
  const scene = createCheckedEnvironment(MECHANISMS[mechanism] ?? {});
  await scene.environment.enroll('1', INITIAL_STATES[start]);
  for (const operation of operations) await scene.apply(operation);
  return scene;
}

/** The operation that stops writes. */
async function stopOf(of: History): Promise<Operation> {
  const { stop, frozen, job } = of;
  if (frozen === 'nothing is') return { op: stop };
  const { writesAt } = await play(of, [...of.before, { op: 'run', fate: WELL }]);
  const at = frozen === 'before a write' ? writesAt()[of.at % writesAt().length] : undefined;
  return { op: 'run frozen', at: at ?? of.at + 1, meanwhile: stop, job };
}

describe('while Recert is paused, in observe mode, or its circuit breaker is open', () => {
  it(
    'sends no write to Jamf Pro that this stops, whichever worker is frozen, killed or woken',
    async () => {
      let played = 0;
      let refused = 0;
      await fc.assert(
        fc.asyncProperty(history, async (of) => {
          const scene = await play(of, [...of.before, await stopOf(of), ...of.after]);
          const writes = scene.writesSinceStop().filter((call) => !RESTORES.test(call));
          expect(of.stop === 'open breaker' ? writes.filter((call) => TRIGGERS.test(call)) : writes).toEqual(
            [],
          );
          played += 1;
          if (scene.environment.jamf.fenced.length > 0) refused += 1;
        }),
        runOptions(1_000),
      );
      // Otherwise these histories would prove nothing.
      expect(refused).toBeGreaterThanOrEqual(Math.floor(played / 50));
    },
    LONG_TEST_MS,
  );
});
