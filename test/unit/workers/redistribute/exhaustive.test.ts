import { env, stderr } from 'node:process';
import { describe, expect, it } from 'vitest';
import { LONG_TEST_MS } from '../../../support/eventually.js';
import { HOUR, MINUTE } from '../../../support/redistribution/fixtures.js';
import { expectCompletion, expectSafe, isComplete } from '../../../support/redistribution/invariants.js';
import { createCheckedEnvironment } from '../../../support/redistribution/checked-environment.js';
import {
  FAILURES,
  type JOB_STATES,
  MEANWHILE,
  type Meanwhile,
  MECHANISMS,
  DEVICE_EVENTS,
  type Operation,
  OPERATOR_ACTIONS,
  INITIAL_STATES,
} from '../../../support/redistribution/operations.js';

/** Number of consecutive deviations from a normal run. `npm run prove:walk` uses two. */
const DEPTH = Number(env['WALK_DEPTH'] ?? 1);

const WELL = { killAt: null, hangAt: null, seed: 0 };
const TURN: Operation = { op: 'turn', fate: WELL, report: true };
/** The Mac executes its command, and inventory follows later. */
const LATE: Operation = { op: 'turn', fate: WELL, report: false };
const RUN: Operation = { op: 'run', fate: WELL };

const EVENTS: readonly Operation[] = [
  LATE,
  RUN,
  ...[...DEVICE_EVENTS, ...OPERATOR_ACTIONS, ...FAILURES].map((op): Operation => ({ op })),
  ...[16 * MINUTE, 2 * HOUR, 9 * 24 * HOUR].map((ms): Operation => ({ op: 'pass', ms })),
  ...[-9 * MINUTE, 9 * MINUTE].map((ms): Operation => ({ op: 'skew', ms })),
];

type Start = keyof typeof INITIAL_STATES;

type Scene = Awaited<ReturnType<typeof play>>;

async function play(start: Start, mechanism: string, path: readonly Operation[]) {
  const scene = createCheckedEnvironment(MECHANISMS[mechanism] ?? {});
  scene.environment.jamf.add('1', INITIAL_STATES[start]);
  // Two assess jobs find the Mac due at the same moment.
  await scene.apply({ op: 'assess twice' });
  for (const operation of path) {
    await scene.apply(operation);
    expectSafe(scene.environment, scene.isCounted());
  }
  return scene;
}

function frozen(at: number, meanwhile: Meanwhile, job: (typeof JOB_STATES)[number]): Operation {
  return { op: 'run frozen', at, meanwhile, job };
}

/**
 * A kill at every checkpoint of the next run, a second worker while it hangs or is frozen at each, every change that may occur while it is
 * frozen before a write, and every other event.
 */
async function branches(
  start: Start,
  mechanism: string,
  path: readonly Operation[],
): Promise<readonly Operation[]> {
  const { checkpoints, writesAt } = await play(start, mechanism, [...path, RUN]);
  const places = Array.from({ length: checkpoints() }, (_, index) => index + 1);
  return [
    ...EVENTS,
    ...places.map((killAt): Operation => ({ op: 'run', fate: { ...WELL, killAt } })),
    ...places.map((hangAt): Operation => ({
      op: 'run twice',
      first: { ...WELL, hangAt },
      second: WELL,
      behind: 0,
    })),
    ...places.map((hangAt): Operation => ({
      op: 'run twice',
      first: { ...WELL, hangAt, killAt: hangAt },
      second: WELL,
      behind: 0,
    })),
    ...places.map((at): Operation => frozen(at, MEANWHILE[at % MEANWHILE.length] ?? 'nothing', 'taken')),
    ...writesAt().flatMap((at) => [
      ...MEANWHILE.flatMap((meanwhile) => [frozen(at, meanwhile, 'taken'), frozen(at, meanwhile, 'kept')]),
      frozen(at, 'nothing', 'lost'),
    ]),
  ];
}

/**
 * Continues for two steps in the current state (paused, in observe mode, with an open circuit breaker), then without faults until
 * everything is closed.
 */
async function expectSound(scene: Scene): Promise<void> {
  for (const turn of [TURN, TURN]) {
    await scene.apply(turn);
    expectSafe(scene.environment, scene.isCounted());
  }
  await scene.recover();
  await expectCompletion(scene.environment, scene.isCounted());
}

/**
 * Runs every sequence of `DEPTH` deviations. A state that was continued before with the same number of remaining deviations is not
 * continued again.
 */
async function walk(start: Start, mechanism: string) {
  const seen = new Set<string>();
  let paths = 0;

  /** Whether the path ends in a new state. */
  async function isNew(path: readonly Operation[], depth: number): Promise<boolean> {
    paths += 1;
    const scene = await play(start, mechanism, path);
    const state = `${String(depth)} ${scene.fingerprint({ withoutFaults: depth === 0 })}`;
    if (seen.has(state)) return false;
    seen.add(state);
    await expectSound(scene);
    return true;
  }

  async function from(path: readonly Operation[], depth: number): Promise<void> {
    const goesOn = await isNew(path, depth).catch((error: unknown) => {
      throw new Error(`on the way ${JSON.stringify(path)}`, { cause: error });
    });
    if (!goesOn || depth === 0) return;
    for (const branch of await branches(start, mechanism, path)) await from([...path, branch], depth - 1);
  }

  for (let day: Operation[] = []; ; day = [...day, TURN]) {
    await from(day, DEPTH);
    if (isComplete((await play(start, mechanism, day)).environment))
      return { turns: day.length, paths, states: seen.size };
  }
}

describe(`every interleaving of ${String(DEPTH)} at every step of a normal run`, () => {
  const sides = ['blue', 'green', 'an old overlap'] as const;
  const names = Object.keys(MECHANISMS);
  const all = sides.flatMap((side) => names.map((name) => [side, name] as const));
  // `npm test` walks each side and each mechanism once; `npm run prove:walk` walks all pairs.
  const some = sides.map((side, index) => [side, names[(index + 1) % names.length] ?? ''] as const);
  it.each(DEPTH === 1 ? some : all)(
    'keeps all invariants and completes a redistribution that starts at %s by %s',
    { timeout: DEPTH === 1 ? LONG_TEST_MS : 3_600_000 },
    async (side, name) => {
      const { turns, paths, states } = await walk(side, name);
      stderr.write(
        `${side}, ${name}: ${String(turns)} turns, ${String(paths)} paths, ${String(states)} states\n`,
      );
      expect(turns).toBeGreaterThan(3);
      expect(states).toBeGreaterThan(100);
    },
  );
});
