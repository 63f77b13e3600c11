import { env } from 'node:process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { requestCancel } from '../../../../src/domain/redistribution/request.js';
import { assess } from '../../../../src/domain/assess.js';
import type { RedistributionPolicy } from '../../../../src/domain/watched.js';
import { judgeRequest } from '../../../../src/domain/redistribution/request.js';
import { openRedistribution } from '../../../../src/domain/redistribution/open.js';
import type { Redistribution } from '../../../../src/domain/redistribution/record.js';
import {
  certificateOf,
  cycleOf,
  DAY,
  HOUR,
  IDS,
  MINUTE,
  START,
} from '../../../support/redistribution/fixtures.js';
import { type Fate, killable, Killed } from '../../../support/redistribution/killable.js';
import { jamfError } from '../../../support/redistribution/pretend.js';
import { createStage, type Stage } from '../../../support/redistribution/stage.js';

const somewhere = fc.integer({ min: 1, max: 60 });
const maybe = fc.option(somewhere, { nil: null, freq: 2 });
const fate = fc.record({ killAt: maybe, hangAt: fc.constant(null), seed: fc.nat() });
const hanging = fc.record({ killAt: maybe, hangAt: somewhere, seed: fc.nat() });

/** The only writes that make Jamf install a profile. */
const TRIGGERS = /^(add \S+ to 7[13]|remove \S+ from 72|flush \S+)$/;
/** Putting a Mac back whose profile was taken away: nothing stops it. */
const PUTS_BACK = /^remove \S+ from 73$/;

const MOMENTS = ['deliver', 'report', 'look', 'offline', 'online', 'fail', 'native', 'keep leases'] as const;
const PEOPLE = ['pause', 'resume', 'observe', 'act', 'cancel', 'ask', 'leave scope', 'join scope'] as const;
const DISASTERS = ['reenrol', 'lose records', 'jamf away'] as const;

const passing = fc.constantFrom(1, MINUTE, 16 * MINUTE, HOUR, 2 * HOUR, DAY, 3 * DAY, 9 * DAY);
const skewing = fc.integer({ min: -9 * MINUTE, max: 9 * MINUTE });

/** What may happen, in any order and any number. `turn`: as on a good day, the job runs, sleeps as long as it wants, the Mac does its part. */
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
  { weight: 5, arbitrary: fc.record({ op: fc.constantFrom(...MOMENTS) }) },
  { weight: 3, arbitrary: fc.record({ op: fc.constant('pass' as const), ms: passing }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constantFrom(...PEOPLE) }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constantFrom(...DISASTERS) }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('skew' as const), ms: skewing }) },
);
type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never;

const dying = { serialNumber: 'OLD', issuedAt: START - 355 * DAY, expiresAt: START + 10 * DAY };
const nearlyDead = { serialNumber: 'OLDER', issuedAt: START - 360 * DAY, expiresAt: START + 5 * DAY };

/** Where a Mac may stand when its certificate comes near its end. */
const starts = {
  blue: {},
  green: {
    groupIds: [IDS.joinGreen, IDS.leaveBlue],
    certificates: [certificateOf('green', dying)],
  },
  'an old overlap': {
    groupIds: [IDS.joinGreen],
    certificates: [certificateOf('blue', nearlyDead), certificateOf('green', dying)],
  },
};

/** Ways in which a profile may be redistributed. Cycle may be used at any time, not at the end alone. */
const early = cycleOf({ left: 40 * DAY, seen: DAY });
const MECHANISMS: Readonly<Record<string, Partial<RedistributionPolicy>>> = {
  overlap: {},
  'unstick, overlap and cycle': { mechanisms: ['unstick', 'overlap', 'cycle'], cycle: early },
  'cycle first': { mechanisms: ['cycle', 'unstick', 'overlap'], cycle: early },
};

/** The stage with a watch on every write: none while observing or paused, none that leaves the Mac without a profile. */
function watchedStage(policy: Partial<RedistributionPolicy>) {
  const stage = createStage(policy);
  let away = 0;
  let reenrolled = false;
  let lost = false;

  function process(given: Fate) {
    const { hook, wrap } = killable(given);
    return stage.process(async (when, call, write) => {
      await hook(when, call, write);
      if (away > 0) {
        away -= 1;
        throw jamfError('did not answer', { inDoubt: true });
      }
      if (write && when === 'before' && !PUTS_BACK.test(call)) {
        expect(stage.limits.pauses.size, `${call} while paused`).toBe(0);
        expect(stage.watched.policy.mode, `${call} in observe`).toBe('act');
        if (/ to 73$/.test(call)) expect(heldLeases(stage), `${call} without a lease`).toBe(1);
        if (TRIGGERS.test(call)) expect(stage.limits.breaker, `${call} past an open breaker`).toBeNull();
      }
      if (write && when === 'after') expectCover(stage, reenrolled, call);
    }, wrap);
  }

  async function run(given: Fate): Promise<number> {
    if (stage.store.records.size === 0) return 0;
    const driven = await stage.drive(undefined, process(given)).catch((error: unknown) => {
      if (!(error instanceof Killed)) throw error;
    });
    return driven === undefined || driven.done ? 0 : driven.wakeAt - stage.now();
  }

  /** A second worker with the same job, somewhat later, and once more. */
  async function runBehind(second: Fate, behind: number): Promise<void> {
    for (let turns = behind; turns > 0; turns -= 1) await Promise.resolve();
    await run(second);
    await run({ ...second, killAt: null });
  }

  async function apply(operation: Operation): Promise<void> {
    const mac = stage.jamf.mac('1');
    switch (operation.op) {
      case 'turn': {
        stage.clock.at += Math.max(1, await run(operation.fate));
        stage.jamf.deliver('1');
        if (operation.report) stage.jamf.report('1');
        if (stage.asked.has('1')) await stage.look('1');
        return;
      }
      case 'run':
        await run(operation.fate);
        return;
      case 'run twice':
        await Promise.all([run(operation.first), runBehind(operation.second, operation.behind)]);
        return;
      case 'deliver':
        stage.jamf.deliver('1');
        return;
      case 'report':
        stage.jamf.report('1');
        return;
      case 'look':
        await stage.look('1');
        return;
      case 'pass':
        stage.clock.at += operation.ms;
        if (mac.online) mac.reported = { ...mac.reported, lastContactAt: stage.clock.at };
        return;
      case 'skew':
        stage.clock.skew = operation.ms;
        return;
      case 'offline':
      case 'online':
        mac.online = operation.op === 'online';
        return;
      case 'pause':
        return stage.limits.pause('prod', { by: 'ada', reason: 'test', at: stage.now() });
      case 'resume':
        await stage.limits.resume('prod');
        return;
      case 'observe':
      case 'act':
        stage.watched = {
          ...stage.watched,
          policy: { ...stage.watched.policy, mode: operation.op },
        };
        return;
      case 'fail':
        mac.failures.push('The SCEP server returned an invalid response.');
        return;
      case 'native':
        if (mac.online) stage.jamf.renewNatively('1');
        return;
      case 'reenrol':
        reenrolled = true;
        stage.jamf.reenrol('1');
        return;
      case 'leave scope':
      case 'join scope':
        scope(stage, operation.op === 'join scope');
        return;
      case 'cancel':
        return cancel(stage);
      case 'ask':
        return ask(stage);
      case 'lose records':
        stage.store.lose();
        stage.known.clear();
        lost = true;
        return;
      case 'keep leases':
        await stage.keep();
        return;
      case 'jamf away':
        away = 2;
        return;
    }
  }

  return {
    stage,
    apply,
    isCounted: () => !lost,
    async calm() {
      away = 0;
      stage.jamf.mac('1').online = true;
      stage.jamf.mac('1').failures = [];
      await stage.limits.resume('prod');
      await stage.limits.closeBreaker('prod', 'okta', stage.now());
      stage.watched = { ...stage.watched, policy: { ...stage.watched.policy, mode: 'act' } };
      scope(stage, true);
      await stage.look('1');
    },
  };
}

function scope(stage: Stage, allComputers: boolean): void {
  const { blue } = stage.watched;
  stage.watched = { ...stage.watched, blue: { ...blue, scope: { ...blue.scope, allComputers } } };
}

async function cancel(stage: Stage): Promise<void> {
  for (const record of openOnes(stage))
    await stage.store.compareAndSet(
      record,
      requestCancel(record, { by: 'ada', reason: 'test', at: stage.now() }),
    );
}

async function ask(stage: Stage): Promise<void> {
  const { watched } = stage;
  const computer = stage.known.get('1') ?? null;
  const assessment = computer && assess(computer, watched, stage.now());
  const [open = null] = openOnes(stage);
  const verdict = judgeRequest({ computer, assessment, watched, open, paused: null, now: stage.now() });
  if (!verdict.allowed || computer === null || assessment === null) return;
  const cause = { kind: 'manual', by: 'ada', reason: 'test', overrides: { hourlyCap: true } } as const;
  const id = `manual-${stage.store.records.size}`;
  await stage.store.open(openRedistribution({ id, computer, watched, assessment, cause, now: stage.now() }));
}

function openOnes({ store }: Stage): readonly Redistribution[] {
  return [...store.records.values()].filter(({ closedAt }) => closedAt === null);
}

function heldLeases(stage: Stage): number {
  return openOnes(stage).filter(({ lease }) => lease !== null).length;
}

/** Its profile was taken away at some time: what it has then follows from the lease, not from the two groups. */
function cycled({ writes }: Stage['jamf']): boolean {
  return writes.some((call) => call.endsWith(' to 73'));
}

/** After every write of ours the Mac is in the scope of a profile that it really has. A new enrolment brings its own order. */
function expectCover({ jamf }: Stage, reenrolled: boolean, call: string): void {
  const joinGreen = jamf.members(IDS.joinGreen).has('1');
  const leaveBlue = jamf.members(IDS.leaveBlue).has('1');
  // Excluded, or just put back and not yet given its profile: that is what the lease is for.
  if (cycled(jamf)) return;
  expect(joinGreen || !leaveBlue, `${call} leaves the Mac in the scope of neither profile`).toBe(true);
  if (reenrolled) return;
  const { certificates } = jamf.mac('1');
  const expiries = (inScope: boolean) =>
    (['blue', 'green'] as const)
      .filter((side) => (side === 'green' ? joinGreen : !leaveBlue) === inScope)
      .map((side) => certificates.get(side)?.expiresAt ?? 0);
  const kept = Math.max(0, ...expiries(true));
  const dropped = Math.max(0, ...expiries(false));
  expect(kept, `${call} leaves the Mac without a certificate`).toBeGreaterThan(0);
  // Of two fresh ones either may stay.
  expect(kept, `${call} drops the better certificate`).toBeGreaterThanOrEqual(
    Math.min(dropped, START + 100 * DAY),
  );
}

/** What must hold at every moment. */
function expectSafe(stage: Stage, isCounted = true): void {
  expect(openOnes(stage).length).toBeLessThanOrEqual(1);
  expect(stage.jamf.premature, 'pushed before it was known what the last one brought').toEqual([]);
  expect(stage.jamf.redundant, 'writes that changed nothing').toEqual([]);
  if (!isCounted) return;
  if (stage.jamf.members(IDS.exclude).has('1')) expect(heldLeases(stage), 'excluded without a lease').toBe(1);
  const takenUp = [...stage.store.records.values()]
    .flatMap(({ history }) => history)
    .filter(({ why }) => why.includes('taken up, nothing is pushed')).length;
  const attempts = stage.store.attempts.size - takenUp;
  expect(stage.jamf.installsSent.get('1') ?? 0, 'one certificate for an attempt').toBeLessThanOrEqual(
    attempts,
  );
}

/** Everything works again, and the evidence comes: what is open must come to an end. */
async function expectEnd(stage: Stage, isCounted: boolean): Promise<void> {
  for (let turn = 0; turn < 600; turn += 1) {
    const [open] = openOnes(stage);
    if (open === undefined) break;
    const driven = await stage.drive(open.id);
    stage.jamf.deliver('1');
    stage.clock.at = Math.max(stage.clock.at + 1, driven.done ? 0 : driven.wakeAt - stage.clock.skew);
    stage.jamf.deliver('1');
    stage.jamf.report('1');
    if (!driven.done) await stage.look('1');
    await stage.keep();
    expectSafe(stage, isCounted);
  }
  expect(openOnes(stage), JSON.stringify(openOnes(stage), null, 1)).toEqual([]);
  for (const { state } of stage.store.records.values())
    expect(['verified', 'needs-human', 'cancelled']).toContain(state);
  await stage.keep();
  expect(stage.jamf.members(IDS.exclude).size, 'left excluded').toBe(0);
  expect(heldLeases(stage) + stage.leases.found.size, 'leases left').toBe(0);
  if (stage.store.records.size === 0) return;
  const last = stage.only();
  const joinGreen = stage.jamf.members(IDS.joinGreen).has('1');
  const leaveBlue = stage.jamf.members(IDS.leaveBlue).has('1');
  if (last.settlement?.outcome === 'done') expect(joinGreen, 'in both groups or in none').toBe(leaveBlue);
}

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
        { numRuns: Number(env['FC_RUNS'] ?? 300) },
      );
      await expect(holds).resolves.toBeUndefined();
    },
  );
});
