import { expect } from 'vitest';
import type { RedistributionPolicy } from '../../../src/domain/watched.js';
import { ask, cancel, GROUPS, nameGroups, scope, textOf } from './actions.js';
import { certificateOf, cycleOf, DAY, IDS, MINUTE, START } from './fixtures.js';
import { type Fate, killable, Killed } from './killable.js';
import { jamfError } from './pretend.js';
import { expectCover, expectSafe, heldLeases, openOnes } from './promises.js';
import { createStage, type Reading, type Snapshot } from './stage.js';
import { OPEN } from '../fence.js';

/** The only writes that make Jamf install a profile. */
export const TRIGGERS = /^(add \S+ to 7[13]|remove \S+ from 72|flush \S+)$/;
/** Putting a Mac back whose profile was taken away: nothing stops it. */
export const PUTS_BACK = /^remove \S+ from 73$/;
const EXCLUDES = /^add \S+ to 73$/;

export const MOMENTS = [
  'deliver',
  'report',
  'look',
  'look twice',
  'late look',
  'offline',
  'online',
  'fail',
  'native',
  'somebody sends',
  'keep leases',
] as const;
export const PEOPLE = [
  'pause',
  'resume',
  'observe',
  'act',
  'cancel',
  'ask',
  'leave scope',
  'join scope',
  'exchange groups',
  'correct groups',
] as const;
export const DISASTERS = [
  'reenrol',
  'lose records',
  'old snapshot',
  'slow call',
  'jamf away',
  'trip',
  'new profile off',
  'scope narrowed',
  'profile deleted',
  'scope tied',
] as const;

/** What becomes of a profile in Jamf by these. */
const SPOILINGS = {
  'scope narrowed': 'unscoped',
  'profile deleted': 'deleted',
  'scope tied': 'tied',
} as const;

/** What changes while a worker is frozen. */
export const MEANWHILE = ['nothing', 'pause', 'observe', 'trip', 'cancel'] as const;
export type Meanwhile = (typeof MEANWHILE)[number];

/** What stops writes: all of them, or those that an open circuit breaker stops. */
export const STOPS = ['pause', 'observe', 'trip'] as const;
const isStop = (op: string) => STOPS.some((stop) => stop === op);

/** What becomes of the job of a worker that is frozen: its lock lasts longer, or is lost, or another worker has taken the job and run. */
export const JOBS = ['kept', 'lost', 'taken'] as const;

/** Shorter than the lock of a job; longer than that and than every wait for a call that may still take effect. */
const FROZEN_FOR = { kept: 10_000, lost: 5 * MINUTE, taken: 5 * MINUTE };

/**
 * What may happen. `turn`: as on a good day, the job runs, sleeps as long as it wants, the Mac does its part. `late look`: what was read
 * of the Mac before the last turn is stored only now, after what is newer. `old snapshot`: Redis is back as it was before the last turn. `slow call`:
 * the next exclusion hangs on its way; somebody pauses everything because of it; and minutes later it is done after all. `run frozen`:
 * a worker is frozen at one of its calls, and woken.
 */
export type Operation =
  | { op: 'turn'; fate: Fate; report: boolean }
  | { op: 'run'; fate: Fate }
  | { op: 'run twice'; first: Fate; second: Fate; behind: number }
  | { op: 'run frozen'; at: number; meanwhile: Meanwhile; job: (typeof JOBS)[number] }
  | { op: 'pass' | 'skew'; ms: number }
  | { op: (typeof MOMENTS)[number] | (typeof PEOPLE)[number] | (typeof DISASTERS)[number] };

const dying = { serialNumber: 'OLD', issuedAt: START - 355 * DAY, expiresAt: START + 10 * DAY };
const nearlyDead = { serialNumber: 'OLDER', issuedAt: START - 360 * DAY, expiresAt: START + 5 * DAY };

/** Where a Mac may stand when its certificate comes near its end. */
export const starts = {
  blue: {},
  green: { groupIds: [IDS.joinGreen, IDS.leaveBlue], certificates: [certificateOf('green', dying)] },
  'an old overlap': {
    groupIds: [IDS.joinGreen],
    certificates: [certificateOf('blue', nearlyDead), certificateOf('green', dying)],
  },
};

/** Ways in which a profile may be redistributed. Cycle may be used at any time, not at the end alone. */
const early = cycleOf({ left: 40 * DAY, seen: DAY });
export const MECHANISMS: Readonly<Record<string, Partial<RedistributionPolicy>>> = {
  overlap: {},
  'unstick, overlap and cycle': { mechanisms: ['unstick', 'overlap', 'cycle'], cycle: early },
  'cycle first': { mechanisms: ['cycle', 'unstick', 'overlap'], cycle: early },
};

/** The stage with a watch on every write: none while observing or paused, none that leaves the Mac without a profile. */
export function watchedStage(policy: Partial<RedistributionPolicy>) {
  const stage = createStage(policy);
  let away = 0;
  let reenrolled = false;
  let lost = false;
  let checkpoints = 0;
  let writesAt: readonly number[] = [];
  let sleeper: Promise<unknown> = Promise.resolve();
  let slow: 'no' | 'next' | { landsAt: number } = 'no';
  /** Number of writes that Jamf had received when writes were stopped last. */
  let stoppedAt = Infinity;
  /** As before the last turn: all that Redis holds, and what was read of the Mac and not stored yet. */
  let before: { redis: Snapshot; reading: Reading } | null = null;

  function process({ hook, wrap }: ReturnType<typeof killable>, sent = onSend) {
    return stage.process(
      async (when, call, write) => {
        await hook(when, call, write);
        if (away > 0) {
          away -= 1;
          throw jamfError('did not answer', { inDoubt: true });
        }
        if (write && when === 'after') expectCover(stage, reenrolled, call);
      },
      wrap,
      sent,
    );
  }

  /** What must hold at the very moment at which a write is sent. */
  function onSend(call: string): void {
    if (slow === 'next' && EXCLUDES.test(call)) {
      expect(heldLeases(stage), `${call} without a lease`).toBe(1);
      slow = { landsAt: stage.clock.at + 5 * MINUTE };
      stage.limits.pauses.set('prod', { by: 'ada', reason: 'test', at: stage.now() });
      throw jamfError('did not answer', { inDoubt: true });
    }
    if (PUTS_BACK.test(call)) return;
    expect(stage.limits.pauses.size, `${call} while paused`).toBe(0);
    expect(stage.watched.policy.mode, `${call} in observe`).toBe('act');
    expect(stage.watched.policy.overlap, `${call} with exchanged groups`).toMatchObject(GROUPS);
    if (EXCLUDES.test(call)) expect(heldLeases(stage), `${call} without a lease`).toBe(1);
    if (!TRIGGERS.test(call)) return;
    expect(stage.limits.breaker, `${call} past an open breaker`).toBeNull();
    const cancelled = openOnes(stage).filter(({ cancelRequest }) => cancelRequest !== null);
    expect(cancelled, `${call} after a cancel`).toEqual([]);
  }

  /** The exclusion that hung is done after all, whatever has become of its redistribution. */
  async function land(): Promise<void> {
    slow = 'no';
    if (stage.jamf.members(IDS.exclude).has('1')) return;
    await stage.jamf.client().addToGroup(IDS.exclude, ['1'], OPEN);
    // If its attempt was given back meanwhile: the Mac is put back all the same, and that sends its profile.
    const isAwaited = openOnes(stage).some(({ attempts }) => attempts.at(-1)?.endedAt === null);
    if (!isAwaited) stage.excused += 1;
    expectSafe(stage, !lost);
  }

  async function run(given: Fate, sent = onSend): Promise<number> {
    if (stage.store.records.size === 0) return 0;
    const mortal = killable(given);
    const driven = await stage.drive(undefined, process(mortal, sent)).catch((error: unknown) => {
      if (!(error instanceof Killed)) throw error;
    });
    checkpoints = mortal.made();
    writesAt = mortal.writes;
    return driven === undefined || driven.done ? 0 : driven.wakeAt - stage.now();
  }

  /** A second worker with the same job, somewhat later, and once more. */
  async function runBehind(second: Fate, behind: number): Promise<void> {
    for (let turns = behind; turns > 0; turns -= 1) await Promise.resolve();
    await run(second);
    await run({ ...second, killAt: null });
  }

  /** A worker that is frozen at one of its calls, and is woken. It writes nothing after that when it lost its job meanwhile. */
  async function runFrozen({ at, meanwhile, job }: Extract<Operation, { op: 'run frozen' }>) {
    let wake = (): void => undefined;
    const until = new Promise<void>((resolve) => (wake = resolve));
    let hasLostJob = false;
    const sent = (call: string) => {
      expect(hasLostJob, `${call} by a worker that lost its job`).toBe(false);
      onSend(call);
    };
    const frozen = new Promise<void>((resolve) => {
      const fate = { killAt: null, hangAt: null, seed: 0, frozen: { at, until, reached: resolve } };
      sleeper = run(fate, sent).finally(resolve);
    });
    await frozen;
    stage.clock.at += FROZEN_FOR[job];
    hasLostJob = job !== 'kept';
    if (hasLostJob) stage.loseJob();
    if (meanwhile !== 'nothing') await apply({ op: meanwhile });
    if (job === 'taken') await run({ killAt: null, hangAt: null, seed: 0 });
    wake();
    await sleeper;
  }

  /** The profile that an overlap has brought goes again, and no inventory tells of it. The Mac still has the one from before. */
  function replacementLost(how: 'new profile off' | keyof typeof SPOILINGS): void {
    const [open] = openOnes(stage);
    const { certificates } = stage.jamf.mac('1');
    const side = open?.attempts.at(-1)?.direction === 'to-blue' ? 'blue' : 'green';
    const isOverlap = stage.jamf.inScope('blue', '1') && stage.jamf.inScope('green', '1');
    if (!isOverlap || certificates.size < 2) return;
    if (how === 'new profile off') stage.jamf.takeOff('1', side);
    else stage.jamf.spoil(side, SPOILINGS[how]);
  }

  /** What was flushed for a Mac that is away is in no list of Jamf: only the record knows of it, and docs/redistribution.md owns up to it. */
  const isInvisible = () => stage.jamf.mac('1').flushed.size > 0;

  /** Redis was away, and is there again without what it knew: that takes a while. */
  function startAgain(): void {
    stage.clock.at += MINUTE;
    lost = true;
  }

  async function apply(operation: Operation): Promise<void> {
    const mac = stage.jamf.mac('1');
    if (typeof slow === 'object' && stage.clock.at >= slow.landsAt) await land();
    if (isStop(operation.op)) stoppedAt = stage.jamf.writes.length;
    switch (operation.op) {
      case 'turn': {
        before = { redis: stage.snapshot(), reading: { reported: mac.reported, readAt: stage.now() } };
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
      case 'run frozen':
        return runFrozen(operation);
      case 'deliver':
        stage.jamf.deliver('1');
        return;
      case 'report':
        stage.jamf.report('1');
        return;
      case 'look':
        await stage.look('1');
        return;
      case 'look twice':
        await Promise.all([stage.look('1'), stage.look('1')]);
        return;
      case 'late look':
        if (before !== null) await stage.look('1', before.reading);
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
        stage.watched = { ...stage.watched, policy: { ...stage.watched.policy, mode: operation.op } };
        return;
      case 'fail':
        mac.failures.push('The SCEP server returned an invalid response.');
        return;
      case 'native':
        if (mac.online) stage.jamf.renewNatively('1');
        return;
      case 'somebody sends':
        // Who has just enrolled again gets everything anew; nobody sends on top of that before it is known here. Nor while an exclusion of
        // ours hangs on its way: when it is done after all, the Mac is put back, and Jamf sends the profile whatever is pending.
        if (!reenrolled && typeof slow !== 'object') stage.jamf.sendBySomebody('1');
        return;
      case 'reenrol':
        reenrolled = true;
        stage.jamf.reenrol('1');
        return;
      case 'leave scope':
      case 'join scope':
        scope(stage, operation.op === 'join scope');
        return;
      case 'exchange groups':
      case 'correct groups':
        nameGroups(stage, { exchanged: operation.op === 'exchange groups' });
        return;
      case 'cancel':
        return cancel(stage);
      case 'ask':
        return ask(stage);
      case 'lose records':
        if (isInvisible()) return;
        stage.store.lose();
        stage.known.clear();
        startAgain();
        return;
      case 'old snapshot':
        if (isInvisible()) return;
        if (before !== null) stage.restore(before.redis);
        startAgain();
        return;
      case 'keep leases':
        await stage.keep();
        return;
      case 'trip':
        stage.limits.breaker = { reason: 'in-a-row', text: 'three failed', at: stage.now() };
        return;
      case 'slow call':
        slow = 'next';
        return;
      case 'jamf away':
        away = 2;
        return;
      case 'new profile off':
      case 'scope narrowed':
      case 'profile deleted':
      case 'scope tied':
        replacementLost(operation.op);
        return;
    }
  }

  return {
    stage,
    apply,
    isCounted: () => !lost,
    /** What Jamf received since writes were stopped last. */
    writesSinceStop: () => stage.jamf.writes.slice(stoppedAt),
    /** Of the run that ended last: places at which it could have been killed. */
    checkpoints: () => checkpoints,
    /** Those at which a write was handed to the client. */
    writesAt: () => writesAt,
    /** All that the future depends on: two scenes of the same text go on alike. `calmly`: nothing but good days is to come. */
    fingerprint: ({ calmly }: { calmly: boolean }) =>
      textOf({ stage, away, slow, reenrolled, lost, before: calmly ? null : before }),
    async calm() {
      away = 0;
      if (typeof slow === 'object') await land();
      slow = 'no';
      stage.jamf.mac('1').online = true;
      stage.jamf.mac('1').failures = [];
      await stage.limits.resume('prod');
      await stage.limits.closeBreaker('prod', 'okta', stage.now());
      stage.watched = { ...stage.watched, policy: { ...stage.watched.policy, mode: 'act' } };
      scope(stage, true);
      nameGroups(stage, { exchanged: false });
      stage.jamf.unspoil();
      await stage.look('1');
    },
  };
}
