import { describe, expect, it } from 'vitest';
import { HOUR, IDS, MINUTE, START } from '../../../support/redistribution/fixtures.js';
import { createEnvironment } from '../../../support/redistribution/environment.js';

describe('a redistribution that has to wait', () => {
  it('respects the rate limit, and takes one permit per attempt', async () => {
    const environment = createEnvironment({ hourlyCap: 2 });
    for (const id of ['1', '2', '3']) await environment.enroll(id);
    for (const { id } of [...environment.store.records.values()]) await environment.runJob(id);
    const states = [...environment.store.records.values()].map(({ state }) => state);
    expect(states).toEqual(['pushed', 'pushed', 'blocked']);
    const third = environment.latestRecord().id;
    const [blocked] = [...environment.store.records.values()].filter(({ state }) => state === 'blocked');
    expect(blocked).toMatchObject({ blocked: { reason: 'hourly-cap' }, wakeAt: START + 30 * MINUTE });
    const out = [...environment.store.records.values()].filter(({ state }) => state === 'pushed');
    // Two sleeping Macs may enroll at any moment: their permits count until an hour after the enrollment.
    environment.clock.at = START + HOUR + 1;
    await environment.runJob(blocked?.id ?? third);
    expect([...environment.hinted]).toEqual([]);
    for (const { id, computerId } of out) {
      environment.jamf.deliver(computerId);
      await environment.runJob(id);
    }
    environment.hinted.clear();
    await environment.runJob(blocked?.id ?? third);
    expect([...environment.hinted]).toEqual([]);
    environment.clock.at += HOUR + 1;
    // Facts from an hour ago are too old: the Mac is assessed again before a certificate is requested.
    await environment.runJob(blocked?.id ?? third);
    expect([...environment.hinted]).toEqual([blocked?.computerId]);
    const pushed = await environment.runUntilDone({
      id: blocked?.id ?? '',
      until: ({ state }) => state === 'pushed',
    });
    expect(pushed.state).toBe('pushed');
  });

  it('respects the concurrency limit, and wakes the next in the queue when a slot is free', async () => {
    const environment = createEnvironment({ inFlight: 1 });
    for (const id of ['1', '2']) await environment.enroll(id);
    const [first, second] = [...environment.store.records.values()];
    await environment.runJob(first?.id);
    await environment.runJob(second?.id);
    expect(environment.store.records.get(second?.id ?? '')).toMatchObject({
      blocked: { reason: 'in-flight-cap' },
    });
    // It was woken when the first one started, and is not woken again before a slot is free.
    environment.promoted.length = 0;
    await environment.runUntilDone({ id: first?.id ?? '', until: ({ state }) => state === 'pushed' });
    expect(environment.promoted).not.toContain(second?.id);
    // Acknowledged: the certificate was requested, and waiting for the proof causes no load at the CA.
    await environment.runUntilDone({ id: first?.id ?? '', until: ({ state }) => state === 'verifying' });
    expect(environment.promoted).toContain(second?.id);
    expect(environment.store.signals).toContain(second?.id);
    await environment.runJob(second?.id);
    expect(environment.store.records.get(second?.id ?? '')?.state).toBe('pushed');
  });

  it('waits for a pending command of either profile', async () => {
    const environment = createEnvironment();
    await environment.enroll();
    environment.jamf
      .mac('1')
      .commands.push({
        side: 'blue',
        command: {
          uuid: 'native',
          type: 'INSTALL_PROFILE',
          profileId: IDS.blue,
          state: 'NOT_NOW',
          sentAt: START - HOUR,
          completedAt: null,
          error: '',
        },
      });
    await environment.runJob();
    expect(environment.latestRecord()).toMatchObject({
      state: 'blocked',
      blocked: { reason: 'pending-command' },
    });
    expect(environment.latestRecord().blocked?.text).toContain('native');
  });

  it('waits for inventory when another administrator has just installed the profile again', async () => {
    const environment = createEnvironment();
    await environment.enroll();
    environment.jamf
      .mac('1')
      .commands.push({
        side: 'blue',
        command: {
          uuid: 'native',
          type: 'INSTALL_PROFILE',
          profileId: IDS.blue,
          state: 'ACKNOWLEDGED',
          sentAt: START - 20 * MINUTE,
          completedAt: START - 10 * MINUTE,
          error: '',
        },
      });
    environment.jamf.renewNatively('1');
    await environment.runJob();
    expect(environment.latestRecord()).toMatchObject({
      state: 'blocked',
      blocked: { reason: 'inventory-stale' },
    });
    environment.jamf.report('1');
    await environment.assessMac('1');
    await environment.runJob();
    expect(environment.latestRecord()).toMatchObject({ state: 'verified', proof: { credit: 'other' } });
    expect(environment.jamf.writes).toEqual([]);
  });
});
