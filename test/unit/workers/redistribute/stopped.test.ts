import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LONG_TEST_MS } from '../../../support/eventually.js';
import { anything, histories } from '../../../support/redistribution/histories.js';
import {
  JOBS,
  MECHANISMS,
  type Operation,
  PUTS_BACK,
  starts,
  STOPS,
  TRIGGERS,
  watchedStage,
} from '../../../support/redistribution/scene.js';

const WELL = { killAt: null, hangAt: null, seed: 0 };

/** What happens before writes are stopped: mostly good days, so that there is something to stop. */
const before = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ op: fc.constant('turn' as const), fate: fc.constant(WELL), report: fc.boolean() }),
  },
  { weight: 1, arbitrary: anything({ meanwhile: ['nothing'], without: ['slow call', ...STOPS] }) },
);

/** What happens from then on: anything but the end of the stop. A call that hung on its way was sent before. */
const after = anything({ meanwhile: ['nothing'], without: ['slow call', 'resume', 'act', ...STOPS] });

const history = fc.record({
  start: fc.constantFrom(...(Object.keys(starts) as (keyof typeof starts)[])),
  mechanism: fc.constantFrom(...Object.keys(MECHANISMS)),
  before: fc.array(before, { maxLength: 10 }),
  stop: fc.constantFrom(...STOPS),
  /** While a worker is frozen before a write, or at another call; or between two runs. */
  frozen: fc.constantFrom('before a write', 'before a write', 'anywhere', 'nothing is'),
  at: fc.nat({ max: 59 }),
  job: fc.constantFrom(...JOBS),
  after: fc.array(after, { minLength: 3, maxLength: 16 }),
});

type History = typeof history extends fc.Arbitrary<infer Value> ? Value : never;

async function play({ start, mechanism }: History, operations: readonly Operation[]) {
  const scene = watchedStage(MECHANISMS[mechanism] ?? {});
  await scene.stage.enrol('1', starts[start]);
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

describe('while all is paused or observed, or the circuit breaker is open', () => {
  it(
    'Jamf Pro receives no write that this stops, whatever is frozen, killed or woken',
    async () => {
      let played = 0;
      let refused = 0;
      await fc.assert(
        fc.asyncProperty(history, async (of) => {
          const scene = await play(of, [...of.before, await stopOf(of), ...of.after]);
          const writes = scene.writesSinceStop().filter((call) => !PUTS_BACK.test(call));
          expect(of.stop === 'trip' ? writes.filter((call) => TRIGGERS.test(call)) : writes).toEqual([]);
          played += 1;
          if (scene.stage.jamf.fenced.length > 0) refused += 1;
        }),
        histories(1_000),
      );
      // Else these histories would show nothing.
      expect(refused).toBeGreaterThanOrEqual(Math.floor(played / 50));
    },
    LONG_TEST_MS,
  );
});
