import { describe, expect, it } from 'vitest';
import { requestCancel } from '../../../../src/domain/redistribution/request/request.js';
import { certificateOf, cycleOf, DAY, IDS, MINUTE, START } from '../../../support/redistribution/fixtures.js';
import { jamfError } from '../../../support/redistribution/simulated-jamf.js';
import { createEnvironment, type TestEnvironment } from '../../../support/redistribution/environment.js';

const certificate = (left: number) =>
  certificateOf('blue', { serialNumber: 'OLD', issuedAt: START - 360 * DAY, expiresAt: START + left });
const expiringSoon = { certificates: [certificate(5 * DAY)] };

const excluded = ({ jamf }: TestEnvironment) => jamf.members(IDS.exclude).has('1');

/** Runs the job until the Mac is excluded. */
async function exclude(
  mechanisms: TestEnvironment['watched']['policy']['mechanisms'] = ['cycle'],
): Promise<TestEnvironment> {
  const environment = createEnvironment({ mechanisms, cycle: cycleOf() });
  await environment.enroll('1', expiringSoon);
  await environment.runUntilDone({ until: ({ state }) => state === 'excluded' });
  return environment;
}

describe('restoring an excluded Mac', () => {
  it('happens after half an hour, even if the Mac never responded', async () => {
    const environment = await exclude();
    environment.jamf.mac('1').online = false;
    const record = await environment.runUntilDone({ until: ({ lease }) => lease === null });
    expect(excluded(environment)).toBe(false);
    expect((record.attempts[0]?.triggeredAt ?? 0) - START).toBe(30 * MINUTE);
    expect(record.lease).toBeNull();
  });

  it.each([
    [
      'the breaker opens',
      (environment: TestEnvironment) => {
        environment.limits.breaker = { reason: 'share', text: 'bad', at: 0 };
        return Promise.resolve();
      },
    ],
    [
      'a person stops it',
      async (environment: TestEnvironment) => {
        const record = environment.latestRecord();
        const wish = { by: 'ada', reason: 'no', at: environment.now() };
        await environment.store.compareAndSet(record, requestCancel(record, wish));
      },
    ],
    [
      'cycle is configured no more',
      (environment: TestEnvironment) => {
        environment.watched = {
          ...environment.watched,
          policy: { ...environment.watched.policy, mechanisms: ['overlap'], cycle: undefined },
        };
        return Promise.resolve();
      },
    ],
  ])('happens immediately when %s', async (_when, what) => {
    const environment = await exclude();
    environment.jamf.mac('1').online = false;
    await what(environment);
    await environment.runJob();
    expect(excluded(environment)).toBe(false);
    expect(environment.clock.at).toBeLessThan(START + 5 * MINUTE);
  });

  it('is not prevented by a pause, observe mode, an open circuit breaker or a cool-down', async () => {
    const environment = await exclude();
    await environment.limits.pause('prod', { by: 'ada', reason: 'Okta is down', at: START });
    environment.limits.breaker = { reason: 'share', text: 'bad', at: START };
    environment.watched = {
      ...environment.watched,
      policy: { ...environment.watched.policy, mode: 'observe' },
    };
    await environment.runJob();
    expect(excluded(environment)).toBe(false);
  });

  it('is repeated at every poll while Jamf Pro fails, and is read back', async () => {
    const environment = await exclude();
    environment.clock.at += 30 * MINUTE;
    const failing = environment.process((_when, call) => {
      if (call.startsWith('remove')) throw jamfError('did not answer', { inDoubt: true });
    });
    for (let tries = 0; tries < 200; tries += 1) {
      const driven = await environment.runJob(undefined, failing);
      if (driven.done) throw new Error('given up');
      expect(driven.wakeAt - environment.now()).toBeLessThanOrEqual(MINUTE);
      environment.clock.at = driven.wakeAt;
    }
    expect(environment.latestRecord()).toMatchObject({
      state: 'including',
      lease: { returningSince: START + 30 * MINUTE },
    });
    await environment.runJob();
    expect(excluded(environment)).toBe(false);
  });

  it('is done for every Mac in the group without a lease, such as after the loss of Redis', async () => {
    const environment = await exclude();
    environment.store.lose();
    await environment.limits.pause('prod', { by: 'ada', reason: 'Okta is down', at: START });
    await environment.restoreExcluded();
    expect(excluded(environment)).toBe(false);
    expect(environment.events).toContain('lease.taken-back');
    expect(environment.leases.found.size).toBe(0);
  });

  it('is not done for a Mac whose lease has not expired', async () => {
    const environment = await exclude();
    await environment.restoreExcluded();
    expect(excluded(environment)).toBe(true);
    expect(environment.events).not.toContain('lease.taken-back');
  });

  it('is done by the sweep when the redistribution does not do it, and the redistribution then continues', async () => {
    const environment = await exclude();
    environment.clock.at += 32 * MINUTE;
    await environment.restoreExcluded();
    expect(excluded(environment)).toBe(false);
    expect(environment.store.signals.size).toBe(1);
    expect((await environment.runUntilDone()).state).toBe('verified');
    expect(environment.jamf.redundant).toEqual([]);
  });

  it('is reported when it has failed for ten minutes, until it succeeds', async () => {
    const environment = await exclude();
    environment.store.lose();
    const away = (_when: string, call: string) => {
      if (call.startsWith('remove')) throw jamfError('did not answer');
    };
    await environment.restoreExcluded(away);
    expect(environment.events).toContain('lease.trouble');
    expect(environment.events).not.toContain('lease.not-taken-back');
    environment.clock.at += 10 * MINUTE;
    await environment.restoreExcluded(away);
    expect(environment.events.filter((kind) => kind === 'lease.not-taken-back')).toHaveLength(1);
    await environment.restoreExcluded();
    expect(excluded(environment)).toBe(false);
    expect(environment.leases.found.size).toBe(0);
  });
});
