import { describe, expect, it } from 'vitest';
import { requestCancel } from '../../../../src/domain/redistribution/request/request.js';
import { createEnvironment, type TestEnvironment } from '../../../support/redistribution/environment.js';
import { DAY } from '../../../support/redistribution/fixtures.js';
import { Killed } from '../../../support/redistribution/killable.js';

/** One profile: a redistribution is closed as soon as it is verified. */
const ONE = { overlap: undefined, mechanisms: ['native'], nativeGrace: DAY } as const;

/** Runs the redistribution of a Mac until it has installed the profile, and lets it report inventory that no worker has read yet. */
async function installed(environment: TestEnvironment): Promise<void> {
  await environment.enroll();
  await environment.runUntilDone({ until: ({ state }) => state === 'verifying' });
  environment.jamf.report('1');
}

/** The Mac gets a new certificate without Recert, and reports it. */
function renewedByOthers(environment: TestEnvironment): void {
  environment.jamf.renewNatively('1');
  environment.jamf.report('1');
}

describe('a new certificate that several workers see is counted and reported once', () => {
  it('when one stores the inventory, and another verifies the redistribution before the first decides', async () => {
    const environment = createEnvironment();
    await installed(environment);
    const seen = environment.storeMac('1');
    expect(seen.renewed).toBe(true);
    await environment.runJob();
    expect(environment.latestRecord().state).toBe('verified');
    expect(await environment.decide(seen)).toBe('nothing');
    expect(environment.credits).toEqual(['1 recert']);
    expect(environment.counted).toEqual([]);
  });

  it('when the redistribution is verified and closed in the meantime', async () => {
    const environment = createEnvironment(ONE);
    await environment.enroll();
    await environment.runJob();
    renewedByOthers(environment);
    const seen = environment.storeMac('1');
    await environment.runJob();
    expect(environment.latestRecord().closedAt).not.toBeNull();
    expect(await environment.decide(seen)).toBe('nothing');
    expect(environment.credits).toEqual(['1 jamf']);
    expect(environment.counted).toEqual(['renewed']);
  });

  it('when the worker that stores the inventory decides first', async () => {
    const environment = createEnvironment();
    await installed(environment);
    expect(await environment.assessMac('1')).toBe('woken');
    expect(environment.credits).toEqual([]);
    await environment.runJob();
    expect(environment.credits).toEqual(['1 recert']);
  });

  it('when a worker with inventory from before the renewal opens a redistribution after it was counted', async () => {
    const environment = createEnvironment(ONE);
    environment.jamf.add('1');
    const due = environment.storeMac('1');
    renewedByOthers(environment);
    await environment.assessMac('1');
    expect(environment.credits).toEqual(['1 jamf']);
    expect(await environment.decide(due)).toBe('opened');
    await environment.runJob();
    expect(environment.latestRecord().state).toBe('verified');
    expect(environment.credits).toEqual(['1 jamf']);
    expect(environment.counted).toEqual(['renewed']);
  });

  it('and not at all when the worker that verified it is killed before it reports', async () => {
    const environment = createEnvironment();
    await installed(environment);
    const seen = environment.storeMac('1');
    const killed = environment.process(undefined, (deps) => ({
      ...deps,
      natives: { ...deps.natives, claim: () => Promise.reject(new Killed('killed')) },
    }));
    await expect(environment.runJob(undefined, killed)).rejects.toThrow(Killed);
    await environment.decide(seen);
    await environment.runUntilDone();
    expect(environment.latestRecord()).toMatchObject({ state: 'verified', proof: { credit: 'recert' } });
    expect(environment.credits).toEqual([]);
  });
});

describe('a new certificate that no redistribution reports is counted', () => {
  it('while a canceled redistribution restores the groups', async () => {
    const environment = createEnvironment();
    await environment.enroll();
    environment.jamf.mac('1').online = false;
    await environment.runUntilDone({ until: ({ state }) => state === 'pushed' });
    const record = environment.latestRecord();
    await environment.store.compareAndSet(
      record,
      requestCancel(record, { by: 'ada', reason: 'test', at: environment.now() }),
    );
    const killed = environment.process((_when, _call, isWrite) => {
      if (isWrite) throw new Killed('killed');
    });
    await expect(environment.runJob(record.id, killed)).rejects.toThrow(Killed);
    expect(environment.latestRecord()).toMatchObject({ state: 'cancelled', closedAt: null });
    Object.assign(environment.jamf.mac('1'), { online: true, commands: [] });
    renewedByOthers(environment);
    await environment.assessMac('1');
    await environment.runUntilDone();
    expect(environment.credits).toEqual(['1 other']);
  });

  it('while a verified redistribution keeps both profiles', async () => {
    const environment = createEnvironment();
    await environment.enroll();
    await environment.runUntilDone({ until: ({ state }) => state === 'verified' });
    environment.clock.at += DAY;
    renewedByOthers(environment);
    await environment.assessMac('1');
    await environment.assessMac('1');
    expect(environment.credits).toEqual(['1 recert', '1 other']);
  });
});
