import { expect } from 'vitest';
import type { RedistributionPolicy } from '../../../src/domain/watched.js';
import {
  requestRedistribution,
  cancelOpen,
  GROUPS,
  configureGroups,
  setScope,
  serialize,
} from './actions.js';
import { IDS, MINUTE } from './fixtures.js';
import { FROZEN_FOR, isStop, type Operation, PROFILE_CHANGES } from './operations.js';
import { type ProcessFaults, killable, Killed } from './killable.js';
import { jamfError } from './simulated-jamf.js';
import { expectCover, expectSafe, heldLeases, openRedistributions } from './invariants.js';
import { createEnvironment, type Reading, type Snapshot } from './environment.js';
import { OPEN } from '../fence.js';

/** The only writes that cause Jamf Pro to install a profile. */
export const TRIGGERS = /^(add \S+ to 7[13]|remove \S+ from 72|flush \S+)$/;
/** Restores an excluded Mac. Nothing may prevent this write. */
export const RESTORES = /^remove \S+ from 73$/;
const EXCLUDES = /^add \S+ to 73$/;

/** An environment that checks every write: none in observe mode or while paused, and none that leaves the Mac without a profile. */
export function createCheckedEnvironment(policy: Partial<RedistributionPolicy>) {
  const environment = createEnvironment(policy);
  let unanswered = 0;
  let reenrolled = false;
  let lost = false;
  let checkpoints = 0;
  let writesAt: readonly number[] = [];
  let frozenRun: Promise<unknown> = Promise.resolve();
  let slow: 'no' | 'next' | { landsAt: number } = 'no';
  /** Number of writes that Jamf Pro had received when writes were last stopped. */
  let stoppedAt = Infinity;
  /** The state before the last step: everything in Redis, and inventory that was read and not stored yet. */
  let before: { redis: Snapshot; reading: Reading } | null = null;

  function process({ hook, wrap }: ReturnType<typeof killable>, sent = onSend) {
    return environment.process(
      async (when, call, write) => {
        await hook(when, call, write);
        if (unanswered > 0) {
          unanswered -= 1;
          throw jamfError('did not answer', { inDoubt: true });
        }
        if (write && when === 'after') expectCover(environment, reenrolled, call);
      },
      wrap,
      sent,
    );
  }

  /** Checks what must be true when a write is sent. */
  function onSend(call: string): void {
    if (slow === 'next' && EXCLUDES.test(call)) {
      expect(heldLeases(environment), `${call} without a lease`).toBe(1);
      slow = { landsAt: environment.clock.at + 5 * MINUTE };
      environment.limits.pauses.set('prod', { by: 'ada', reason: 'test', at: environment.now() });
      throw jamfError('did not answer', { inDoubt: true });
    }
    if (RESTORES.test(call)) return;
    expect(environment.limits.pauses.size, `${call} while paused`).toBe(0);
    expect(environment.watched.policy.mode, `${call} in observe`).toBe('act');
    expect(environment.watched.policy.overlap, `${call} with exchanged groups`).toMatchObject(GROUPS);
    if (EXCLUDES.test(call)) expect(heldLeases(environment), `${call} without a lease`).toBe(1);
    if (!TRIGGERS.test(call)) return;
    expect(environment.limits.breaker, `${call} past an open breaker`).toBeNull();
    const cancelled = openRedistributions(environment).filter(({ cancelRequest }) => cancelRequest !== null);
    expect(cancelled, `${call} after a cancel`).toEqual([]);
  }

  /** The exclusion that hung takes effect, whatever happened to its redistribution. */
  async function finishSlowCall(): Promise<void> {
    slow = 'no';
    if (environment.jamf.members(IDS.exclude).has('1')) return;
    await environment.jamf.client().addToGroup(IDS.exclude, ['1'], OPEN);
    // If its attempt was rolled back, the Mac is still restored, and Jamf Pro then sends its profile again.
    const isAwaited = openRedistributions(environment).some(
      ({ attempts }) => attempts.at(-1)?.endedAt === null,
    );
    if (!isAwaited) environment.extraInstalls += 1;
    expectSafe(environment, !lost);
  }

  async function run(given: ProcessFaults, sent = onSend): Promise<number> {
    if (environment.store.records.size === 0) return 0;
    const killableProcess = killable(given);
    const driven = await environment
      .runJob(undefined, process(killableProcess, sent))
      .catch((error: unknown) => {
        if (!(error instanceof Killed)) throw error;
      });
    checkpoints = killableProcess.checkpoints();
    writesAt = killableProcess.writes;
    return driven === undefined || driven.done ? 0 : driven.wakeAt - environment.now();
  }

  /** A second worker runs the same job somewhat later, and once more. */
  async function runBehind(second: ProcessFaults, behind: number): Promise<void> {
    for (let turns = behind; turns > 0; turns -= 1) await Promise.resolve();
    await run(second);
    await run({ ...second, killAt: null });
  }

  /** A worker is frozen at one of its calls, and continues later. If it has lost its job by then, it must not write. */
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
      frozenRun = run(fate, sent).finally(resolve);
    });
    await frozen;
    environment.clock.at += FROZEN_FOR[job];
    hasLostJob = job !== 'kept';
    if (hasLostJob) environment.loseJob();
    if (meanwhile !== 'nothing') await apply({ op: meanwhile });
    if (job === 'taken') await run({ killAt: null, hangAt: null, seed: 0 });
    wake();
    await frozenRun;
  }

  /** The profile that an overlap installed is removed, and inventory does not show it. The Mac still has the old profile. */
  function replacementLost(how: 'new profile removed' | keyof typeof PROFILE_CHANGES): void {
    const [open] = openRedistributions(environment);
    const { certificates } = environment.jamf.mac('1');
    const side = open?.attempts.at(-1)?.direction === 'to-blue' ? 'blue' : 'green';
    const isOverlap = environment.jamf.inScope('blue', '1') && environment.jamf.inScope('green', '1');
    if (!isOverlap || certificates.size < 2) return;
    if (how === 'new profile removed') environment.jamf.removeProfile('1', side);
    else environment.jamf.changeProfile(side, PROFILE_CHANGES[how]);
  }

  /**
   * Jamf Pro lists no command for a flush while the Mac is offline: only the record shows it. docs/redistribution.md documents this limit.
   */
  const isInvisible = () => environment.jamf.mac('1').flushed.size > 0;

  /** Redis was down and has lost data. That takes a minute. */
  function afterDataLoss(): void {
    environment.clock.at += MINUTE;
    lost = true;
  }

  async function apply(operation: Operation): Promise<void> {
    const mac = environment.jamf.mac('1');
    if (typeof slow === 'object' && environment.clock.at >= slow.landsAt) await finishSlowCall();
    if (isStop(operation.op)) stoppedAt = environment.jamf.writes.length;
    switch (operation.op) {
      case 'turn': {
        before = {
          redis: environment.snapshot(),
          reading: { reported: mac.reported, readAt: environment.now() },
        };
        environment.clock.at += Math.max(1, await run(operation.fate));
        environment.jamf.deliver('1');
        if (operation.report) environment.jamf.report('1');
        if (environment.hinted.has('1')) await environment.assessMac('1');
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
        environment.jamf.deliver('1');
        return;
      case 'report':
        environment.jamf.report('1');
        return;
      case 'assess':
        await environment.assessMac('1');
        return;
      case 'assess twice':
        await Promise.all([environment.assessMac('1'), environment.assessMac('1')]);
        return;
      case 'assess late':
        if (before !== null) await environment.assessMac('1', before.reading);
        return;
      case 'pass':
        environment.clock.at += operation.ms;
        if (mac.online) mac.reported = { ...mac.reported, lastContactAt: environment.clock.at };
        return;
      case 'skew':
        environment.clock.skew = operation.ms;
        return;
      case 'offline':
      case 'online':
        mac.online = operation.op === 'online';
        return;
      case 'pause':
        return environment.limits.pause('prod', { by: 'ada', reason: 'test', at: environment.now() });
      case 'resume':
        await environment.limits.resume('prod');
        return;
      case 'observe':
      case 'act':
        environment.watched = {
          ...environment.watched,
          policy: { ...environment.watched.policy, mode: operation.op },
        };
        return;
      case 'fail':
        mac.failures.push('The SCEP server returned an invalid response.');
        return;
      case 'native':
        if (mac.online) environment.jamf.renewNatively('1');
        return;
      case 'admin sends':
        // A Mac that has just enrolled gets all profiles; no admin sends them again before Recert has read the enrollment. The same applies
        // while an exclusion hangs: when it takes effect, the Mac is restored, and Jamf Pro sends the profile regardless of pending
        // commands.
        if (!reenrolled && typeof slow !== 'object') environment.jamf.sendByAdmin('1');
        return;
      case 'reenroll':
        reenrolled = true;
        environment.jamf.reenroll('1');
        return;
      case 'leave scope':
      case 'join scope':
        setScope(environment, operation.op === 'join scope');
        return;
      case 'exchange groups':
      case 'correct groups':
        configureGroups(environment, { exchanged: operation.op === 'exchange groups' });
        return;
      case 'cancel':
        return cancelOpen(environment);
      case 'request':
        return requestRedistribution(environment);
      case 'lose records':
        if (isInvisible()) return;
        environment.store.lose();
        environment.known.clear();
        afterDataLoss();
        return;
      case 'old snapshot':
        if (isInvisible()) return;
        if (before !== null) environment.restore(before.redis);
        afterDataLoss();
        return;
      case 'restore excluded':
        await environment.restoreExcluded();
        return;
      case 'open breaker':
        environment.limits.breaker = { reason: 'in-a-row', text: 'three failed', at: environment.now() };
        return;
      case 'slow call':
        slow = 'next';
        return;
      case 'jamf down':
        unanswered = 2;
        return;
      case 'new profile removed':
      case 'scope narrowed':
      case 'profile deleted':
      case 'scope coupled':
        replacementLost(operation.op);
        return;
    }
  }

  return {
    environment,
    apply,
    isCounted: () => !lost,
    /** Writes that Jamf Pro received since writes were last stopped. */
    writesSinceStop: () => environment.jamf.writes.slice(stoppedAt),
    /** Number of points of the last run at which the process could have been killed. */
    checkpoints: () => checkpoints,
    /** The points at which a write was passed to the client. */
    writesAt: () => writesAt,
    /**
     * The complete state as text: two environments with the same text behave the same way from then on. `withoutFaults`: only normal steps
     * follow.
     */
    fingerprint: ({ withoutFaults }: { withoutFaults: boolean }) =>
      serialize({ environment, unanswered, slow, reenrolled, lost, before: withoutFaults ? null : before }),
    async recover() {
      unanswered = 0;
      if (typeof slow === 'object') await finishSlowCall();
      slow = 'no';
      environment.jamf.mac('1').online = true;
      environment.jamf.mac('1').failures = [];
      await environment.limits.resume('prod');
      await environment.limits.closeBreaker('prod', 'okta', environment.now());
      environment.watched = {
        ...environment.watched,
        policy: { ...environment.watched.policy, mode: 'act' },
      };
      setScope(environment, true);
      configureGroups(environment, { exchanged: false });
      environment.jamf.undoProfileChanges();
      await environment.assessMac('1');
    },
  };
}
