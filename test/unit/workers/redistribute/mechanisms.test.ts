import { describe, expect, it } from 'vitest';
import { requestCancel } from '../../../../src/domain/redistribution/request/request.js';
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
import { jamfError } from '../../../support/redistribution/pretend.js';
import { createStage, type Stage } from '../../../support/redistribution/stage.js';

const certificate = (left: number) =>
  certificateOf('blue', { serialNumber: 'OLD', issuedAt: START - 360 * DAY, expiresAt: START + left });
const dying = { certificates: [certificate(5 * DAY)] };
const FAILURE = 'The SCEP server returned an invalid response.';

const by = ({ attempts }: Redistribution) => attempts.map(({ mechanism }) => mechanism);
const excluded = ({ jamf }: Stage) => jamf.members(IDS.exclude).has('1');
const states = ({ history }: Redistribution) =>
  history.filter(({ from, to }) => from !== to).map(({ to }) => to);

/** Drives until it is excluded. */
async function exclude(mechanisms: Stage['watched']['policy']['mechanisms'] = ['cycle']): Promise<Stage> {
  const stage = createStage({ mechanisms, cycle: cycleOf() });
  await stage.enrol('1', dying);
  await stage.live({ until: ({ state }) => state === 'excluded' });
  return stage;
}

describe('unstick', () => {
  it('flushes what failed of Jamf’s own accord, wakes the Mac, and proves what Jamf then sends: no group is touched', async () => {
    const stage = createStage({ mechanisms: ['unstick', 'overlap'] });
    await stage.enrol();
    const { jamf } = stage;
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
    const record = await stage.live();
    expect(record).toMatchObject({ state: 'verified', settlement: null, proof: { credit: 'recert' } });
    expect(by(record)).toEqual(['unstick']);
    expect(jamf.writes.filter((call) => !call.startsWith('blank'))).toEqual(['flush 1']);
    expect(jamf.blankPushes).toBe(1);
    expect(jamf.issued.get('1')).toBe(1);
  });

  it('takes up an overlap whose install failed without changing a group again, and counts as an attempt', async () => {
    const stage = createStage({ mechanisms: ['unstick', 'overlap'] });
    await stage.enrol();
    const { jamf } = stage;
    jamf.mac('1').failures.push(FAILURE);
    const record = await stage.live();
    expect(record.state).toBe('verified');
    expect(by(record)).toEqual(['overlap', 'unstick']);
    expect(jamf.writes.filter((call) => !call.startsWith('blank'))).toEqual([
      'add 1 to 71',
      'flush 1',
      'add 1 to 72',
    ]);
    expect(stage.store.attempts.get('okta/1')?.size).toBe(2);
    expect(record.settlement).toMatchObject({ kind: 'finish', outcome: 'done' });
  });

  it('waits until the Mac is in the scope of one profile when both have failed: one flush would have both sent', async () => {
    const stage = createStage({ mechanisms: ['unstick', 'overlap'] });
    await stage.enrol();
    const { jamf } = stage;
    jamf.mac('1').online = false;
    await stage.live({ until: ({ state }) => state === 'pushed' });
    jamf.mac('1').failures.push(FAILURE, FAILURE, FAILURE);
    jamf.sendBySomebody('1');
    jamf.mac('1').online = true;
    const record = await stage.live();
    expect(record.state).toBe('verified');
    expect(jamf.writes.filter((call) => !call.startsWith('blank'))).toEqual([
      'add 1 to 71',
      'remove 1 from 71',
      'flush 1',
    ]);
    expect(jamf.issued.get('1')).toBe(1);
  });

  it('is not tried twice: what fails again is taken back and brought by an overlap', async () => {
    const stage = createStage({ mechanisms: ['unstick', 'overlap'] });
    await stage.enrol();
    stage.jamf.mac('1').failures.push(FAILURE, FAILURE);
    const record = await stage.live();
    expect(by(record)).toEqual(['overlap', 'unstick', 'overlap']);
    expect(record.state).toBe('verified');
    expect(stage.jamf.writes).toContain('remove 1 from 71');
  });

  it('is never used when it is not allowed, nor when nothing failed', async () => {
    for (const [mechanisms, failures] of [
      [['overlap'], [FAILURE]],
      [['unstick', 'overlap'], []],
    ] as const) {
      const stage = createStage({ mechanisms });
      await stage.enrol();
      stage.jamf.mac('1').failures.push(...failures);
      await stage.live();
      expect(stage.jamf.writes.some((call) => call.startsWith('flush'))).toBe(false);
    }
  });

  /** An overlap failed, what failed was flushed, and the Mac has gone away just before. */
  async function flushedWhileAway(): Promise<Stage> {
    const stage = createStage({ mechanisms: ['unstick', 'overlap'] });
    await stage.enrol();
    stage.jamf.mac('1').failures.push(FAILURE);
    await stage.live({ until: ({ state }) => state === 'retry' });
    stage.jamf.mac('1').online = false;
    const record = await stage.live({
      until: ({ blocked, attempts }) => blocked?.reason === 'offline' && attempts.length === 2,
    });
    expect(by(record)).toEqual(['overlap', 'unstick']);
    expect(record.blocked?.text).toContain('has not checked in since');
    return stage;
  }

  it('waits for a Mac that is away: Jamf sends what was flushed when it is back, and another attempt would be a second certificate', async () => {
    const stage = await flushedWhileAway();
    stage.clock.at += 2 * DAY;
    await stage.drive();
    expect(by(stage.only())).toEqual(['overlap', 'unstick']);
    stage.jamf.mac('1').online = true;
    const record = await stage.live();
    expect(by(record)).toEqual(['overlap', 'unstick']);
    expect(record.state).toBe('verified');
    expect(stage.jamf.issued.get('1')).toBe(1);
    expect(stage.jamf.premature).toEqual([]);
  });

  it('is stopped by a person only once the Mac was heard of: nothing calls back what was flushed', async () => {
    const stage = await flushedWhileAway();
    const { id } = stage.only();
    const stop = { by: 'ada', reason: 'test', at: stage.now() };
    await stage.store.compareAndSet(stage.only(), requestCancel(stage.only(), stop));
    await stage.drive();
    expect(stage.only()).toMatchObject({ id, state: 'blocked' });
    stage.jamf.mac('1').online = true;
    const record = await stage.live();
    expect(record).toMatchObject({ id, state: 'cancelled', settlement: { kind: 'return' } });
    expect(stage.jamf.issued.get('1') ?? 0).toBeLessThanOrEqual(1);
  });

  it('that is killed after the flush waits for what Jamf sends, and pushes nothing else', async () => {
    const stage = createStage({ mechanisms: ['unstick', 'overlap'] });
    await stage.enrol();
    stage.jamf.mac('1').failures.push(FAILURE);
    await stage.live({ until: ({ state }) => state === 'retry' });
    const dying = stage.process((when, call) => {
      if (call.startsWith('flush') && when === 'after') throw new Error('killed');
    });
    stage.clock.at += 2 * HOUR;
    stage.jamf.report('1');
    await stage.look('1');
    await expect(stage.drive(undefined, dying)).rejects.toThrow('killed');
    const record = await stage.live();
    expect(by(record)).toEqual(['overlap', 'unstick']);
    expect(record.state).toBe('verified');
    expect(stage.jamf.issued.get('1')).toBe(1);
  });
});

describe('cycle', () => {
  it('writes the lease, excludes, sees the profile go, takes back, and proves the new certificate', async () => {
    const stage = await exclude();
    expect(stage.only()).toMatchObject({ lease: { groupId: IDS.exclude, dueAt: START + 30 * MINUTE } });
    expect(excluded(stage)).toBe(true);
    const record = await stage.live();
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
    expect(stage.jamf.writes).toEqual(['add 1 to 73', 'remove 1 from 73']);
    expect(stage.jamf.issued.get('1')).toBe(1);
    // Gone as soon as it is seen to be gone, not after the whole lease.
    expect(record.attempts[0]?.triggeredAt).toBeLessThan(START + 10 * MINUTE);
  });

  it('has the lease in the store before Jamf is asked', async () => {
    const stage = createStage({ mechanisms: ['cycle'], cycle: cycleOf() });
    await stage.enrol('1', dying);
    const leases: boolean[] = [];
    const worker = stage.process((when, call) => {
      if (call === 'add 1 to 73' && when === 'before') leases.push(stage.only().lease !== null);
    });
    await stage.drive(undefined, worker);
    expect(leases).toEqual([true]);
    expect(excluded(stage)).toBe(true);
  });

  it.each([
    ['too much is left', { certificates: [certificate(8 * DAY)] }, 'no-mechanism'],
    ['it was not seen for half an hour', { ...dying, lastContactAt: START - 31 * MINUTE }, 'offline'],
  ])('is refused when %s', async (_when, changes, reason) => {
    const stage = createStage({ mechanisms: ['cycle'], cycle: cycleOf() });
    await stage.enrol('1', changes);
    await stage.drive();
    expect(stage.only().blocked?.reason).toBe(reason);
    expect(stage.jamf.writes).toEqual([]);
  });

  it('is refused when the profile does not exclude the group: the Mac would not lose it', async () => {
    const stage = createStage({ mechanisms: ['cycle'], cycle: cycleOf({ exclude: '99' }) });
    await stage.enrol('1', dying);
    await stage.drive();
    expect(stage.only().blocked?.text).toContain('does not exclude group 99');
    expect(stage.jamf.writes).toEqual([]);
  });

  it('comes after an overlap that failed, and only then', async () => {
    const stage = createStage({ mechanisms: ['overlap', 'cycle'], cycle: cycleOf() });
    await stage.enrol('1', dying);
    stage.jamf.mac('1').failures.push(FAILURE);
    await stage.live({ until: ({ state }) => state === 'retry' });
    stage.clock.at = stage.only().retryAt ?? 0;
    stage.jamf.mac('1').reported = { ...stage.jamf.mac('1').reported, lastContactAt: stage.clock.at };
    stage.jamf.report('1');
    await stage.look('1');
    const record = await stage.live();
    expect(by(record)).toEqual(['overlap', 'cycle']);
    expect(record.state).toBe('verified');
    // Out of green before it is cycled: it would otherwise lose and get two profiles.
    expect(stage.jamf.writes).toEqual(['add 1 to 71', 'remove 1 from 71', 'add 1 to 73', 'remove 1 from 73']);
  });

  it('keeps to five at a time, and to a twentieth of the scope a day', async () => {
    const stage = createStage({ mechanisms: ['cycle'], cycle: cycleOf() });
    for (let id = 1; id <= 7; id += 1) {
      await stage.enrol(String(id), dying);
      await stage.drive(stage.only().id);
      stage.clock.at += 1;
    }
    const blocked = [...stage.store.records.values()].filter(({ state }) => state === 'blocked');
    expect(stage.jamf.members(IDS.exclude).size).toBe(5);
    expect(blocked.map((one) => one.blocked?.reason)).toEqual(['cycle-cap', 'cycle-cap']);
    expect(blocked[0]?.blocked?.text).toContain('5 of 5 Macs in progress');
    for (const one of [...stage.store.records.values()])
      if (one.state === 'excluded') await stage.live({ id: one.id });
    const { id = '', computerId = '' } = blocked[0] ?? {};
    stage.jamf.report(computerId);
    await stage.look(computerId);
    await stage.drive(id);
    expect(stage.store.records.get(id)?.blocked?.text).toContain('within a day');
  });
});

describe('taking a Mac back', () => {
  it('happens after half an hour although the Mac never answered', async () => {
    const stage = await exclude();
    stage.jamf.mac('1').online = false;
    const record = await stage.live({ until: ({ lease }) => lease === null });
    expect(excluded(stage)).toBe(false);
    expect((record.attempts[0]?.triggeredAt ?? 0) - START).toBe(30 * MINUTE);
    expect(record.lease).toBeNull();
  });

  it.each([
    [
      'the breaker opens',
      (stage: Stage) => {
        stage.limits.breaker = { reason: 'share', text: 'bad', at: 0 };
        return Promise.resolve();
      },
    ],
    [
      'a person stops it',
      async (stage: Stage) => {
        const record = stage.only();
        const wish = { by: 'ada', reason: 'no', at: stage.now() };
        await stage.store.compareAndSet(record, requestCancel(record, wish));
      },
    ],
    [
      'cycle is configured no more',
      (stage: Stage) => {
        stage.watched = {
          ...stage.watched,
          policy: { ...stage.watched.policy, mechanisms: ['overlap'], cycle: undefined },
        };
        return Promise.resolve();
      },
    ],
  ])('happens at once when %s', async (_when, what) => {
    const stage = await exclude();
    stage.jamf.mac('1').online = false;
    await what(stage);
    await stage.drive();
    expect(excluded(stage)).toBe(false);
    expect(stage.clock.at).toBeLessThan(START + 5 * MINUTE);
  });

  it('is not stopped by a pause, mode observe, an open breaker or a hold', async () => {
    const stage = await exclude();
    await stage.limits.pause('prod', { by: 'ada', reason: 'Okta is down', at: START });
    stage.limits.breaker = { reason: 'share', text: 'bad', at: START };
    stage.watched = { ...stage.watched, policy: { ...stage.watched.policy, mode: 'observe' } };
    await stage.drive();
    expect(excluded(stage)).toBe(false);
  });

  it('goes on at every poll for as long as Jamf fails, and is read back', async () => {
    const stage = await exclude();
    stage.clock.at += 30 * MINUTE;
    const failing = stage.process((_when, call) => {
      if (call.startsWith('remove')) throw jamfError('did not answer', { inDoubt: true });
    });
    for (let tries = 0; tries < 200; tries += 1) {
      const driven = await stage.drive(undefined, failing);
      if (driven.done) throw new Error('given up');
      expect(driven.wakeAt - stage.now()).toBeLessThanOrEqual(MINUTE);
      stage.clock.at = driven.wakeAt;
    }
    expect(stage.only()).toMatchObject({
      state: 'including',
      lease: { returningSince: START + 30 * MINUTE },
    });
    await stage.drive();
    expect(excluded(stage)).toBe(false);
  });

  it('is done for whoever is found in the group without a lease, as after the loss of Redis', async () => {
    const stage = await exclude();
    stage.store.lose();
    await stage.limits.pause('prod', { by: 'ada', reason: 'Okta is down', at: START });
    await stage.keep();
    expect(excluded(stage)).toBe(false);
    expect(stage.told).toContain('lease.taken-back');
    expect(stage.leases.found.size).toBe(0);
  });

  it('leaves a Mac alone whose lease is not over', async () => {
    const stage = await exclude();
    await stage.keep();
    expect(excluded(stage)).toBe(true);
    expect(stage.told).not.toContain('lease.taken-back');
  });

  it('is done by the round when the redistribution does not, and its redistribution goes on from there', async () => {
    const stage = await exclude();
    stage.clock.at += 32 * MINUTE;
    await stage.keep();
    expect(excluded(stage)).toBe(false);
    expect(stage.store.signals.size).toBe(1);
    expect((await stage.live()).state).toBe('verified');
    expect(stage.jamf.redundant).toEqual([]);
  });

  it('that fails is told after ten minutes, as long as it lasts', async () => {
    const stage = await exclude();
    stage.store.lose();
    const away = (_when: string, call: string) => {
      if (call.startsWith('remove')) throw jamfError('did not answer');
    };
    await stage.keep(away);
    expect(stage.told).toContain('lease.trouble');
    expect(stage.told).not.toContain('lease.not-taken-back');
    stage.clock.at += 10 * MINUTE;
    await stage.keep(away);
    expect(stage.told.filter((kind) => kind === 'lease.not-taken-back')).toHaveLength(1);
    await stage.keep();
    expect(excluded(stage)).toBe(false);
    expect(stage.leases.found.size).toBe(0);
  });
});
