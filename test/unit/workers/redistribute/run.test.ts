import { describe, expect, it } from 'vitest';
import { DAY, HOUR, IDS, MINUTE, START } from '../../../support/redistribution/fixtures.js';
import { jamfError } from '../../../support/redistribution/simulated-jamf.js';
import { createEnvironment } from '../../../support/redistribution/environment.js';

const statesOf = (record: { history: { from: string | null; to: string }[] }) =>
  record.history.filter(({ from, to }) => from !== to).map(({ to }) => to);

describe('a redistribution by overlap', () => {
  it('moves the Mac from blue to green, is verified, settles, and uses one certificate', async () => {
    const environment = createEnvironment();
    expect(await environment.enroll()).toBe('opened');
    const proven = await environment.runUntilDone({ until: ({ state }) => state === 'verified' });
    expect(statesOf(proven)).toEqual(['due', 'eligible', 'triggered', 'pushed', 'verifying', 'verified']);
    expect(proven.proof).toMatchObject({ serialNumber: 'S1', credit: 'recert' });
    expect(proven.closedAt).toBeNull();
    expect(environment.jamf.members(IDS.joinGreen).has('1')).toBe(true);
    expect(environment.jamf.members(IDS.leaveBlue).has('1')).toBe(false);

    const closed = await environment.runUntilDone();
    expect(closed.settlement).toMatchObject({ kind: 'finish', outcome: 'done' });
    expect(closed.closedAt).toBeGreaterThanOrEqual(proven.since + 7 * DAY);
    expect(environment.jamf.members(IDS.leaveBlue).has('1')).toBe(true);
    expect(environment.jamf.issued.get('1')).toBe(1);
    expect(environment.jamf.writes).toEqual([`add 1 to ${IDS.joinGreen}`, `add 1 to ${IDS.leaveBlue}`]);
    environment.jamf.deliver('1');
    expect([...environment.jamf.mac('1').certificates.keys()]).toEqual(['green']);
  });

  it('moves the Mac from green to blue the year after', async () => {
    const environment = createEnvironment();
    await environment.enroll();
    await environment.runUntilDone();
    environment.clock.at += 340 * DAY;
    environment.jamf.deliver('1');
    environment.jamf.report('1');
    expect(await environment.assessMac('1')).toBe('opened');
    const closed = await environment.runUntilDone();
    expect(closed).toMatchObject({
      direction: 'to-blue',
      state: 'verified',
      settlement: { outcome: 'done' },
    });
    expect(environment.jamf.members(IDS.joinGreen).size + environment.jamf.members(IDS.leaveBlue).size).toBe(
      0,
    );
    environment.jamf.deliver('1');
    expect([...environment.jamf.mac('1').certificates.keys()]).toEqual(['blue']);
    expect(environment.jamf.issued.get('1')).toBe(2);
  });

  it('writes nothing in observe mode, and shows the plan', async () => {
    const environment = createEnvironment({ mode: 'observe' });
    await environment.enroll();
    await environment.runJob();
    expect(environment.latestRecord()).toMatchObject({
      state: 'blocked',
      blocked: { reason: 'observe' },
      direction: 'to-green',
    });
    expect(environment.latestRecord().plan).toContain(`add the Mac to static group ${IDS.joinGreen}`);
    expect(environment.jamf.writes).toEqual([]);
  });

  it('waits while paused, and continues after resume', async () => {
    const environment = createEnvironment();
    await environment.limits.pause('prod', { by: 'ada', reason: 'maintenance', at: START });
    await environment.enroll();
    const driven = await environment.runJob();
    expect(environment.latestRecord()).toMatchObject({ state: 'blocked', blocked: { reason: 'paused' } });
    expect(environment.latestRecord().blocked?.text).toContain('ada');
    expect(driven).toEqual({ done: false, wakeAt: START + 5 * MINUTE });
    await environment.limits.resume('prod');
    await environment.runJob();
    expect(environment.latestRecord().state).toBe('pushed');
  });

  it('does not settle while paused', async () => {
    const environment = createEnvironment();
    await environment.enroll();
    await environment.runUntilDone({ until: ({ state }) => state === 'verified' });
    await environment.limits.pause('prod', { by: 'ada', reason: 'maintenance', at: START });
    environment.clock.at += 8 * DAY;
    await environment.runJob();
    expect(environment.jamf.writes).toHaveLength(1);
    expect(environment.latestRecord().closedAt).toBeNull();
  });

  it('starts at a check-in when it was blocked because the Mac was offline', async () => {
    const environment = createEnvironment();
    await environment.enroll('1', { lastContactAt: START - 2 * DAY });
    await environment.runJob();
    expect(environment.latestRecord()).toMatchObject({ state: 'blocked', blocked: { reason: 'offline' } });
    expect(environment.watching.has('1')).toBe(true);
    environment.clock.at += HOUR;
    environment.jamf.mac('1').reported = {
      ...environment.jamf.mac('1').reported,
      lastContactAt: environment.now(),
    };
    expect(await environment.assessMac('1')).toBe('woken');
    expect(environment.store.signals.size).toBe(1);
    await environment.runJob();
    expect(environment.latestRecord().state).toBe('pushed');
  });

  it('waits for a Mac that does not answer the command, sends blank pushes, and triggers nothing new', async () => {
    const environment = createEnvironment();
    await environment.enroll();
    environment.jamf.mac('1').online = false;
    const blocked = await environment.runUntilDone({ until: ({ state }) => state === 'blocked' });
    expect(blocked.blocked?.reason).toBe('offline');
    expect(environment.now()).toBeGreaterThanOrEqual(START + DAY);
    expect(environment.jamf.blankPushes).toBe(3);

    environment.clock.at += 3 * DAY;
    environment.jamf.mac('1').online = true;
    environment.jamf.mac('1').reported = {
      ...environment.jamf.mac('1').reported,
      lastContactAt: environment.now(),
    };
    await environment.assessMac('1');
    await environment.runJob();
    expect(environment.latestRecord().state).toBe('pushed');
    expect(environment.jamf.blankPushes).toBe(4);
    expect((await environment.runUntilDone()).state).toBe('verified');
    expect(environment.jamf.installsSent.get('1')).toBe(1);
  });

  it('records the error of a failed command, waits, rolls back and tries again', async () => {
    const environment = createEnvironment();
    await environment.enroll();
    environment.jamf.mac('1').failures.push('The SCEP server returned an invalid response.');
    const failed = await environment.runUntilDone({ until: ({ state }) => state === 'retry' });
    expect(failed.history.at(-1)?.why).toContain('The SCEP server returned an invalid response.');
    expect((failed.retryAt ?? 0) - failed.since).toBeGreaterThanOrEqual(HOUR);
    const closed = await environment.runUntilDone();
    expect(closed).toMatchObject({ state: 'verified', settlement: { outcome: 'done' } });
    expect(closed.attempts.map(({ outcome }) => outcome)).toEqual(['error', 'verified']);
    expect(environment.jamf.issued.get('1')).toBe(1);
    expect(environment.jamf.writes).toEqual([
      `add 1 to ${IDS.joinGreen}`,
      `remove 1 from ${IDS.joinGreen}`,
      `add 1 to ${IDS.joinGreen}`,
      `add 1 to ${IDS.leaveBlue}`,
    ]);
  });

  it('needs attention after three attempts, leaves the groups unchanged, and does not start again automatically', async () => {
    const environment = createEnvironment();
    await environment.enroll();
    environment.jamf.mac('1').failures.push('no', 'no', 'no');
    const closed = await environment.runUntilDone();
    expect(closed).toMatchObject({ state: 'needs-human', settlement: { kind: 'return', outcome: 'done' } });
    expect(environment.jamf.members(IDS.joinGreen).size).toBe(0);
    environment.jamf.report('1');
    expect(await environment.assessMac('1')).toBe('nothing');
    environment.clock.at += 31 * DAY;
    environment.jamf.report('1');
    expect(await environment.assessMac('1')).toBe('opened');
  });

  it('does not accept an acknowledgment as a renewal, and does not push again before new inventory', async () => {
    const environment = createEnvironment({ stale: 365 * DAY });
    await environment.enroll();
    await environment.runJob();
    environment.jamf.deliver('1');
    const mac = environment.jamf.mac('1');
    mac.online = false;
    let waited = await environment.runUntilDone({ until: ({ state }) => state === 'retry' });
    expect(waited.attempts.at(-1)).toMatchObject({ outcome: 'unproven', unreported: true });
    // The result of the renewal is unknown, so the silence is not a failure for the circuit breaker.
    expect(environment.store.results).toMatchObject([{ outcome: 'installed' }]);
    waited = await environment.runUntilDone({ until: ({ state }) => state === 'blocked' });
    expect(waited.blocked).toMatchObject({ reason: 'inventory-stale' });
    expect(environment.jamf.installsSent.get('1')).toBe(1);

    mac.online = true;
    environment.jamf.report('1');
    await environment.assessMac('1');
    const closed = await environment.runUntilDone();
    expect(closed).toMatchObject({ state: 'verified', proof: { credit: 'recert' } });
    expect(environment.jamf.issued.get('1')).toBe(1);
  });

  it('credits a renewal that Recert did not cause, and pushes nothing', async () => {
    const environment = createEnvironment({ nativeGrace: 5 * DAY, window: 12 * DAY });
    await environment.enroll();
    await environment.runJob();
    expect(environment.latestRecord().state).toBe('due');
    environment.clock.at += DAY;
    environment.jamf.renewNatively('1');
    environment.jamf.report('1');
    expect(await environment.assessMac('1')).toBe('woken');
    await environment.runJob();
    expect(environment.latestRecord()).toMatchObject({ state: 'verified', proof: { credit: 'jamf' } });
    expect(environment.latestRecord().closedAt).not.toBeNull();
    expect(environment.jamf.writes).toEqual([]);
  });

  it('is canceled when the Mac enrolls again, and rolls back its group changes', async () => {
    const environment = createEnvironment();
    await environment.enroll();
    await environment.runJob();
    environment.clock.at += MINUTE;
    environment.jamf.reenroll('1');
    await environment.assessMac('1');
    await environment.runJob();
    expect(environment.latestRecord()).toMatchObject({
      state: 'cancelled',
      settlement: { kind: 'return', outcome: 'done' },
    });
    expect(environment.jamf.members(IDS.joinGreen).size).toBe(0);
  });

  it('is canceled on request, and does not start again on the same day', async () => {
    const environment = createEnvironment();
    await environment.enroll();
    await environment.runJob();
    const record = environment.latestRecord();
    await environment.store.compareAndSet(record, {
      ...record,
      cancelRequest: { by: 'ada', reason: 'wrong Mac', at: environment.now() },
    });
    await environment.runJob();
    expect(environment.latestRecord()).toMatchObject({ state: 'cancelled', closedAt: environment.now() });
    expect(environment.latestRecord().history.find(({ to }) => to === 'cancelled')?.why).toBe(
      'canceled by ada: wrong Mac',
    );
    expect(environment.jamf.members(IDS.joinGreen).size).toBe(0);
    expect(await environment.assessMac('1')).toBe('nothing');
    environment.clock.at += 2 * DAY;
    expect(await environment.assessMac('1')).toBe('opened');
  });

  it('is delayed, not failed, when Jamf Pro does not respond', async () => {
    const environment = createEnvironment();
    await environment.enroll();
    const broken = environment.process((when, call) => {
      if (when === 'before' && call === 'group') throw jamfError('answered 503');
    });
    const first = await environment.runJob(undefined, broken);
    expect(first).toEqual({ done: false, wakeAt: START + MINUTE });
    environment.clock.at += MINUTE;
    const second = await environment.runJob(undefined, broken);
    expect(second).toEqual({ done: false, wakeAt: START + 3 * MINUTE });
    expect(environment.latestRecord().trouble).toMatchObject({ count: 2, since: START });
    expect(environment.latestRecord().trouble?.text).toContain('answered 503');
    await environment.runJob();
    expect(environment.latestRecord()).toMatchObject({ state: 'pushed', trouble: null });
  });

  it.each(['before', 'after'] as const)(
    'reads the group back when a write failed %s it took effect',
    async (moment) => {
      const environment = createEnvironment();
      await environment.enroll();
      let failures = 1;
      const flaky = environment.process((when, _call, write) => {
        if (write && when === moment && failures-- > 0) throw jamfError('did not answer', { inDoubt: true });
      });
      await environment.runJob(undefined, flaky);
      expect(environment.latestRecord()).toMatchObject({
        state: 'eligible',
        intent: { purpose: 'trigger', calls: 1 },
      });
      environment.clock.at += MINUTE;
      await environment.runJob(undefined, flaky);
      expect(environment.latestRecord().state).toBe('pushed');
      expect(environment.latestRecord().attempts).toHaveLength(1);
      expect(environment.jamf.installsSent.get('1')).toBe(1);
    },
  );

  it('adopts a redistribution in progress when the records are lost', async () => {
    const environment = createEnvironment();
    await environment.enroll();
    await environment.runJob();
    environment.store.records.clear();
    environment.store.attempts.clear();
    environment.clock.at += MINUTE;
    expect(await environment.assessMac('1')).toBe('opened');
    const closed = await environment.runUntilDone();
    expect(closed).toMatchObject({ state: 'verified', direction: 'to-green' });
    expect(environment.jamf.installsSent.get('1')).toBe(1);
  });

  it('completes an old overlap before the renewal, and never removes the profile with the better certificate', async () => {
    const environment = createEnvironment();
    await environment.enroll();
    await environment.runUntilDone({ until: ({ state }) => state === 'verified' });
    environment.store.records.clear();
    environment.store.attempts.clear();
    // A year later: green has the certificate that expires last, blue an expired one.
    environment.clock.at += 350 * DAY;
    environment.jamf.report('1');
    expect(await environment.assessMac('1')).toBe('opened');
    const proven = await environment.runUntilDone({ until: ({ state }) => state === 'verified' });
    expect(proven).toMatchObject({ direction: 'to-blue' });
    expect(environment.jamf.writes.slice(1)).toEqual([
      `add 1 to ${IDS.leaveBlue}`,
      `remove 1 from ${IDS.leaveBlue}`,
    ]);
  });
});
