import { describe, expect, it } from 'vitest';
import { requestCancel } from '../../../../src/domain/redistribution/request/request.js';
import { causeOfFailure } from '../../../../src/domain/redistribution/failure.js';
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
import { createEnvironment, type TestEnvironment } from '../../../support/redistribution/environment.js';

const certificate = (left: number) =>
  certificateOf('blue', { serialNumber: 'OLD', issuedAt: START - 360 * DAY, expiresAt: START + left });
const expiringSoon = { certificates: [certificate(5 * DAY)] };
const FAILURE = 'The SCEP server returned an invalid response.';

const by = ({ attempts }: Redistribution) => attempts.map(({ mechanism }) => mechanism);
const excluded = ({ jamf }: TestEnvironment) => jamf.members(IDS.exclude).has('1');
const states = ({ history }: Redistribution) =>
  history.filter(({ from, to }) => from !== to).map(({ to }) => to);

/** Runs the job until the Mac is excluded. */
async function exclude(
  mechanisms: TestEnvironment['watched']['policy']['mechanisms'] = ['cycle'],
): Promise<TestEnvironment> {
  const environment = createEnvironment({ mechanisms, cycle: cycleOf() });
  await environment.enroll('1', expiringSoon);
  await environment.runUntilDone({ until: ({ state }) => state === 'excluded' });
  return environment;
}

describe('unstick', () => {
  it('flushes a failed command of Jamf Pro, wakes the Mac, and proves what Jamf Pro then sends, without a group change', async () => {
    const environment = createEnvironment({ mechanisms: ['unstick', 'overlap'] });
    await environment.enroll();
    const { jamf } = environment;
    jamf
      .mac('1')
      .commands.push({
        side: 'blue',
        command: {
          uuid: 'native',
          type: 'INSTALL_PROFILE',
          profileId: IDS.blue,
          state: 'ERROR' as const,
          sentAt: START - DAY,
          completedAt: START - DAY,
          error: FAILURE,
        },
      });
    const record = await environment.runUntilDone();
    expect(record).toMatchObject({ state: 'verified', settlement: null, proof: { credit: 'recert' } });
    expect(by(record)).toEqual(['unstick']);
    expect(jamf.writes.filter((call) => !call.startsWith('blank'))).toEqual(['flush 1']);
    expect(jamf.blankPushes).toBe(1);
    expect(jamf.issued.get('1')).toBe(1);
  });

  it('adopts an overlap whose installation failed without another group change, and counts as an attempt', async () => {
    const environment = createEnvironment({ mechanisms: ['unstick', 'overlap'] });
    await environment.enroll();
    const { jamf } = environment;
    jamf.mac('1').failures.push(FAILURE);
    const record = await environment.runUntilDone();
    expect(record.state).toBe('verified');
    expect(by(record)).toEqual(['overlap', 'unstick']);
    expect(jamf.writes.filter((call) => !call.startsWith('blank'))).toEqual([
      'add 1 to 71',
      'flush 1',
      'add 1 to 72',
    ]);
    expect(environment.store.attempts.get('okta/1')?.size).toBe(2);
    expect(record.settlement).toMatchObject({ kind: 'finish', outcome: 'done' });
  });

  it('waits until the Mac is in the scope of one profile when both have failed: one flush would send both', async () => {
    const environment = createEnvironment({ mechanisms: ['unstick', 'overlap'] });
    await environment.enroll();
    const { jamf } = environment;
    jamf.mac('1').online = false;
    await environment.runUntilDone({ until: ({ state }) => state === 'pushed' });
    jamf.mac('1').failures.push(FAILURE, FAILURE, FAILURE);
    jamf.sendByAdmin('1');
    jamf.mac('1').online = true;
    const record = await environment.runUntilDone();
    expect(record.state).toBe('verified');
    expect(jamf.writes.filter((call) => !call.startsWith('blank'))).toEqual([
      'add 1 to 71',
      'remove 1 from 71',
      'flush 1',
    ]);
    expect(jamf.issued.get('1')).toBe(1);
  });

  it('is not tried twice: a second failure is rolled back, and an overlap follows', async () => {
    const environment = createEnvironment({ mechanisms: ['unstick', 'overlap'] });
    await environment.enroll();
    environment.jamf.mac('1').failures.push(FAILURE, FAILURE);
    const record = await environment.runUntilDone();
    expect(by(record)).toEqual(['overlap', 'unstick', 'overlap']);
    expect(record.state).toBe('verified');
    expect(environment.jamf.writes).toContain('remove 1 from 71');
  });

  it('is never used when it is not allowed, or when nothing failed', async () => {
    for (const [mechanisms, failures] of [
      [['overlap'], [FAILURE]],
      [['unstick', 'overlap'], []],
    ] as const) {
      const environment = createEnvironment({ mechanisms });
      await environment.enroll();
      environment.jamf.mac('1').failures.push(...failures);
      await environment.runUntilDone();
      expect(environment.jamf.writes.some((call) => call.startsWith('flush'))).toBe(false);
    }
  });

  /** A failed overlap whose commands were flushed just after the Mac went offline. */
  async function flushedWhileAway(): Promise<TestEnvironment> {
    const environment = createEnvironment({ mechanisms: ['unstick', 'overlap'] });
    await environment.enroll();
    environment.jamf.mac('1').failures.push(FAILURE);
    await environment.runUntilDone({ until: ({ state }) => state === 'retry' });
    environment.jamf.mac('1').online = false;
    const record = await environment.runUntilDone({
      until: ({ blocked, attempts }) => blocked?.reason === 'offline' && attempts.length === 2,
    });
    expect(by(record)).toEqual(['overlap', 'unstick']);
    expect(record.blocked?.text).toContain('has not checked in since');
    return environment;
  }

  it('waits for an offline Mac: Jamf Pro sends the flushed command when the Mac returns, and another attempt would use a second certificate', async () => {
    const environment = await flushedWhileAway();
    environment.clock.at += 2 * DAY;
    await environment.runJob();
    expect(by(environment.latestRecord())).toEqual(['overlap', 'unstick']);
    environment.jamf.mac('1').online = true;
    const record = await environment.runUntilDone();
    expect(by(record)).toEqual(['overlap', 'unstick']);
    expect(record.state).toBe('verified');
    expect(environment.jamf.issued.get('1')).toBe(1);
    expect(environment.jamf.premature).toEqual([]);
  });

  it('can be canceled only after a contact of the Mac: a flush cannot be undone', async () => {
    const environment = await flushedWhileAway();
    const { id } = environment.latestRecord();
    const stop = { by: 'ada', reason: 'test', at: environment.now() };
    await environment.store.compareAndSet(
      environment.latestRecord(),
      requestCancel(environment.latestRecord(), stop),
    );
    await environment.runJob();
    expect(environment.latestRecord()).toMatchObject({ id, state: 'blocked' });
    environment.jamf.mac('1').online = true;
    const record = await environment.runUntilDone();
    expect(record).toMatchObject({ id, state: 'cancelled', settlement: { kind: 'return' } });
    expect(environment.jamf.issued.get('1') ?? 0).toBeLessThanOrEqual(1);
  });

  it('waits for the command of Jamf Pro when the worker was killed after the flush, and pushes nothing else', async () => {
    const environment = createEnvironment({ mechanisms: ['unstick', 'overlap'] });
    await environment.enroll();
    environment.jamf.mac('1').failures.push(FAILURE);
    await environment.runUntilDone({ until: ({ state }) => state === 'retry' });
    const expiringSoon = environment.process((when, call) => {
      if (call.startsWith('flush') && when === 'after') throw new Error('killed');
    });
    environment.clock.at += 2 * HOUR;
    environment.jamf.report('1');
    await environment.assessMac('1');
    await expect(environment.runJob(undefined, expiringSoon)).rejects.toThrow('killed');
    const record = await environment.runUntilDone();
    expect(by(record)).toEqual(['overlap', 'unstick']);
    expect(record.state).toBe('verified');
    expect(environment.jamf.issued.get('1')).toBe(1);
  });
});

describe('cycle', () => {
  it('stores the lease, excludes the Mac, sees the profile removed, restores the Mac, and proves the new certificate', async () => {
    const environment = await exclude();
    expect(environment.latestRecord()).toMatchObject({
      lease: { groupId: IDS.exclude, dueAt: START + 30 * MINUTE },
    });
    expect(excluded(environment)).toBe(true);
    const record = await environment.runUntilDone();
    expect(states(record)).toEqual([
      'due',
      'eligible',
      'excluded',
      'including',
      'triggered',
      'pushed',
      'verifying',
      'verified',
    ]);
    expect(record).toMatchObject({ lease: null, settlement: null });
    expect(environment.jamf.writes).toEqual(['add 1 to 73', 'remove 1 from 73']);
    expect(environment.jamf.issued.get('1')).toBe(1);
    // Restored as soon as the profile is removed, not at the end of the lease.
    expect(record.attempts[0]?.triggeredAt).toBeLessThan(START + 10 * MINUTE);
  });

  it('stores the lease before the request to Jamf Pro', async () => {
    const environment = createEnvironment({ mechanisms: ['cycle'], cycle: cycleOf() });
    await environment.enroll('1', expiringSoon);
    const leases: boolean[] = [];
    const worker = environment.process((when, call) => {
      if (call === 'add 1 to 73' && when === 'before') leases.push(environment.latestRecord().lease !== null);
    });
    await environment.runJob(undefined, worker);
    expect(leases).toEqual([true]);
    expect(excluded(environment)).toBe(true);
  });

  it.each([
    ['too much is left', { certificates: [certificate(8 * DAY)] }, 'no-mechanism'],
    ['it was not seen for half an hour', { ...expiringSoon, lastContactAt: START - 31 * MINUTE }, 'offline'],
  ])('is refused when %s', async (_when, changes, reason) => {
    const environment = createEnvironment({ mechanisms: ['cycle'], cycle: cycleOf() });
    await environment.enroll('1', changes);
    await environment.runJob();
    expect(environment.latestRecord().blocked?.reason).toBe(reason);
    expect(environment.jamf.writes).toEqual([]);
  });

  it('is refused when the profile does not exclude the group, because the Mac would keep it', async () => {
    const environment = createEnvironment({ mechanisms: ['cycle'], cycle: cycleOf({ exclude: '99' }) });
    await environment.enroll('1', expiringSoon);
    await environment.runJob();
    expect(environment.latestRecord().blocked?.text).toContain('does not exclude group 99');
    expect(environment.jamf.writes).toEqual([]);
  });

  it('is used only after an overlap failed', async () => {
    const environment = createEnvironment({ mechanisms: ['overlap', 'cycle'], cycle: cycleOf() });
    await environment.enroll('1', expiringSoon);
    environment.jamf.mac('1').failures.push(FAILURE);
    await environment.runUntilDone({ until: ({ state }) => state === 'retry' });
    environment.clock.at = environment.latestRecord().retryAt ?? 0;
    environment.jamf.mac('1').reported = {
      ...environment.jamf.mac('1').reported,
      lastContactAt: environment.clock.at,
    };
    environment.jamf.report('1');
    await environment.assessMac('1');
    const record = await environment.runUntilDone();
    expect(by(record)).toEqual(['overlap', 'cycle']);
    expect(record.state).toBe('verified');
    // Removed from green first: otherwise `cycle` would remove and install two profiles.
    expect(environment.jamf.writes).toEqual([
      'add 1 to 71',
      'remove 1 from 71',
      'add 1 to 73',
      'remove 1 from 73',
    ]);
  });

  it('makes no second attempt when a blueprint has taken over the profile, and names this cause', async () => {
    const environment = await exclude();
    const { jamf } = environment;
    jamf.mac('1').refusals.push('The profile “Okta” is not installed by this MDM. <MDMClientError:88>');
    jamf.mac('1').failures.push(FAILURE, FAILURE);
    const record = await environment.runUntilDone();
    expect(record).toMatchObject({ state: 'needs-human', lease: null, attempts: [{ outcome: 'error' }] });
    expect(causeOfFailure(record).said).toContain('a blueprint has taken over the profile');
    expect(causeOfFailure(record).said).toContain('not installed by this MDM');
    expect(excluded(environment)).toBe(false);
    environment.clock.at += 2 * DAY;
    jamf.report('1');
    expect(await environment.assessMac('1')).toBe('nothing');
    expect(jamf.issued.get('1') ?? 0).toBe(0);
  });

  it('is limited to five Macs at once, and to a twentieth of the scope per day', async () => {
    const environment = createEnvironment({ mechanisms: ['cycle'], cycle: cycleOf() });
    for (let id = 1; id <= 7; id += 1) {
      await environment.enroll(String(id), expiringSoon);
      await environment.runJob(environment.latestRecord().id);
      environment.clock.at += 1;
    }
    const blocked = [...environment.store.records.values()].filter(({ state }) => state === 'blocked');
    expect(environment.jamf.members(IDS.exclude).size).toBe(5);
    expect(blocked.map((one) => one.blocked?.reason)).toEqual(['cycle-cap', 'cycle-cap']);
    expect(blocked[0]?.blocked?.text).toContain('5 of 5 Macs in progress');
    for (const one of [...environment.store.records.values()])
      if (one.state === 'excluded') await environment.runUntilDone({ id: one.id });
    const { id = '', computerId = '' } = blocked[0] ?? {};
    environment.jamf.report(computerId);
    await environment.assessMac(computerId);
    await environment.runJob(id);
    expect(environment.store.records.get(id)?.blocked?.text).toContain('within a day');
  });
});
