import { describe, expect, it } from 'vitest';
import { DAY, HOUR, IDS, MINUTE, START } from '../../../support/redistribution/fixtures.js';
import { jamfError } from '../../../support/redistribution/pretend.js';
import { createStage } from '../../../support/redistribution/stage.js';

const statesOf = (record: { history: { from: string | null; to: string }[] }) =>
  record.history.filter(({ from, to }) => from !== to).map(({ to }) => to);

describe('one redistribution by overlap', () => {
  it('goes from blue to green, is proven, settles, and costs one certificate', async () => {
    const stage = createStage();
    expect(await stage.enrol()).toBe('opened');
    const proven = await stage.live({ until: ({ state }) => state === 'verified' });
    expect(statesOf(proven)).toEqual(['due', 'eligible', 'triggered', 'pushed', 'verifying', 'verified']);
    expect(proven.proof).toMatchObject({ serialNumber: 'S1', credit: 'recert' });
    expect(proven.closedAt).toBeNull();
    expect(stage.jamf.members(IDS.joinGreen).has('1')).toBe(true);
    expect(stage.jamf.members(IDS.leaveBlue).has('1')).toBe(false);

    const closed = await stage.live();
    expect(closed.settlement).toMatchObject({ kind: 'finish', outcome: 'done' });
    expect(closed.closedAt).toBeGreaterThanOrEqual(proven.since + 7 * DAY);
    expect(stage.jamf.members(IDS.leaveBlue).has('1')).toBe(true);
    expect(stage.jamf.issued.get('1')).toBe(1);
    expect(stage.jamf.writes).toEqual([`add 1 to ${IDS.joinGreen}`, `add 1 to ${IDS.leaveBlue}`]);
    stage.jamf.deliver('1');
    expect([...stage.jamf.mac('1').certificates.keys()]).toEqual(['green']);
  });

  it('goes back from green to blue the year after', async () => {
    const stage = createStage();
    await stage.enrol();
    await stage.live();
    stage.clock.at += 340 * DAY;
    stage.jamf.deliver('1');
    stage.jamf.report('1');
    expect(await stage.look('1')).toBe('opened');
    const closed = await stage.live();
    expect(closed).toMatchObject({
      direction: 'to-blue',
      state: 'verified',
      settlement: { outcome: 'done' },
    });
    expect(stage.jamf.members(IDS.joinGreen).size + stage.jamf.members(IDS.leaveBlue).size).toBe(0);
    stage.jamf.deliver('1');
    expect([...stage.jamf.mac('1').certificates.keys()]).toEqual(['blue']);
    expect(stage.jamf.issued.get('1')).toBe(2);
  });

  it('writes nothing in mode observe, and shows the plan', async () => {
    const stage = createStage({ mode: 'observe' });
    await stage.enrol();
    await stage.drive();
    expect(stage.only()).toMatchObject({
      state: 'blocked',
      blocked: { reason: 'observe' },
      direction: 'to-green',
    });
    expect(stage.only().plan).toContain(`add the Mac to static group ${IDS.joinGreen}`);
    expect(stage.jamf.writes).toEqual([]);
  });

  it('waits while paused, and goes on when resumed', async () => {
    const stage = createStage();
    await stage.limits.pause('prod', { by: 'ada', reason: 'maintenance', at: START });
    await stage.enrol();
    const driven = await stage.drive();
    expect(stage.only()).toMatchObject({ state: 'blocked', blocked: { reason: 'paused' } });
    expect(stage.only().blocked?.text).toContain('ada');
    expect(driven).toEqual({ done: false, wakeAt: START + 5 * MINUTE });
    await stage.limits.resume('prod');
    await stage.drive();
    expect(stage.only().state).toBe('pushed');
  });

  it('does not settle while paused', async () => {
    const stage = createStage();
    await stage.enrol();
    await stage.live({ until: ({ state }) => state === 'verified' });
    await stage.limits.pause('prod', { by: 'ada', reason: 'maintenance', at: START });
    stage.clock.at += 8 * DAY;
    await stage.drive();
    expect(stage.jamf.writes).toHaveLength(1);
    expect(stage.only().closedAt).toBeNull();
  });

  it('wakes at a check-in what is blocked because the Mac is offline', async () => {
    const stage = createStage();
    await stage.enrol('1', { lastContactAt: START - 2 * DAY });
    await stage.drive();
    expect(stage.only()).toMatchObject({ state: 'blocked', blocked: { reason: 'offline' } });
    expect(stage.watching.has('1')).toBe(true);
    stage.clock.at += HOUR;
    stage.jamf.mac('1').reported = { ...stage.jamf.mac('1').reported, lastContactAt: stage.now() };
    expect(await stage.look('1')).toBe('woken');
    expect(stage.store.signals.size).toBe(1);
    await stage.drive();
    expect(stage.only().state).toBe('pushed');
  });

  it('waits for a Mac that does not take the command, blank pushes it, and triggers nothing new', async () => {
    const stage = createStage();
    await stage.enrol();
    stage.jamf.mac('1').online = false;
    const blocked = await stage.live({ until: ({ state }) => state === 'blocked' });
    expect(blocked.blocked?.reason).toBe('offline');
    expect(stage.now()).toBeGreaterThanOrEqual(START + DAY);
    expect(stage.jamf.blankPushes).toBe(3);

    stage.clock.at += 3 * DAY;
    stage.jamf.mac('1').online = true;
    stage.jamf.mac('1').reported = { ...stage.jamf.mac('1').reported, lastContactAt: stage.now() };
    await stage.look('1');
    await stage.drive();
    expect(stage.only().state).toBe('pushed');
    expect(stage.jamf.blankPushes).toBe(4);
    expect((await stage.live()).state).toBe('verified');
    expect(stage.jamf.installsSent.get('1')).toBe(1);
  });

  it('tells the words of a failed command, backs off, takes back and tries again', async () => {
    const stage = createStage();
    await stage.enrol();
    stage.jamf.mac('1').failures.push('The SCEP server returned an invalid response.');
    const failed = await stage.live({ until: ({ state }) => state === 'retry' });
    expect(failed.history.at(-1)?.why).toContain('The SCEP server returned an invalid response.');
    expect((failed.retryAt ?? 0) - failed.since).toBeGreaterThanOrEqual(HOUR);
    const closed = await stage.live();
    expect(closed).toMatchObject({ state: 'verified', settlement: { outcome: 'done' } });
    expect(closed.attempts.map(({ outcome }) => outcome)).toEqual(['error', 'verified']);
    expect(stage.jamf.issued.get('1')).toBe(1);
    expect(stage.jamf.writes).toEqual([
      `add 1 to ${IDS.joinGreen}`,
      `remove 1 from ${IDS.joinGreen}`,
      `add 1 to ${IDS.joinGreen}`,
      `add 1 to ${IDS.leaveBlue}`,
    ]);
  });

  it('asks for a person after three attempts, leaves the groups as they were, and does not begin again by itself', async () => {
    const stage = createStage();
    await stage.enrol();
    stage.jamf.mac('1').failures.push('no', 'no', 'no');
    const closed = await stage.live();
    expect(closed).toMatchObject({ state: 'needs-human', settlement: { kind: 'return', outcome: 'done' } });
    expect(stage.jamf.members(IDS.joinGreen).size).toBe(0);
    stage.jamf.report('1');
    expect(await stage.look('1')).toBe('nothing');
    stage.clock.at += 31 * DAY;
    stage.jamf.report('1');
    expect(await stage.look('1')).toBe('opened');
  });

  it('does not take an acknowledgement for a renewal, and does not push again before inventory came', async () => {
    const stage = createStage({ stale: 365 * DAY });
    await stage.enrol();
    await stage.drive();
    stage.jamf.deliver('1');
    const mac = stage.jamf.mac('1');
    mac.online = false;
    let waited = await stage.live({ until: ({ state }) => state === 'retry' });
    expect(waited.attempts.at(-1)).toMatchObject({ outcome: 'unproven', unreported: true });
    // It is not known whether the renewal worked, so the silence is no failure for the circuit breaker.
    expect(stage.store.results).toMatchObject([{ outcome: 'installed' }]);
    waited = await stage.live({ until: ({ state }) => state === 'blocked' });
    expect(waited.blocked).toMatchObject({ reason: 'inventory-stale' });
    expect(stage.jamf.installsSent.get('1')).toBe(1);

    mac.online = true;
    stage.jamf.report('1');
    await stage.look('1');
    const closed = await stage.live();
    expect(closed).toMatchObject({ state: 'verified', proof: { credit: 'recert' } });
    expect(stage.jamf.issued.get('1')).toBe(1);
  });

  it('credits a renewal that came without us, and pushes nothing', async () => {
    const stage = createStage({ nativeGrace: 5 * DAY, window: 12 * DAY });
    await stage.enrol();
    await stage.drive();
    expect(stage.only().state).toBe('due');
    stage.clock.at += DAY;
    stage.jamf.renewNatively('1');
    stage.jamf.report('1');
    expect(await stage.look('1')).toBe('woken');
    await stage.drive();
    expect(stage.only()).toMatchObject({ state: 'verified', proof: { credit: 'jamf' } });
    expect(stage.only().closedAt).not.toBeNull();
    expect(stage.jamf.writes).toEqual([]);
  });

  it('cancels when the Mac enrols again, and takes back what it began', async () => {
    const stage = createStage();
    await stage.enrol();
    await stage.drive();
    stage.clock.at += MINUTE;
    stage.jamf.reenrol('1');
    await stage.look('1');
    await stage.drive();
    expect(stage.only()).toMatchObject({
      state: 'cancelled',
      settlement: { kind: 'return', outcome: 'done' },
    });
    expect(stage.jamf.members(IDS.joinGreen).size).toBe(0);
  });

  it('cancels when a person says so, and does not begin again the same day', async () => {
    const stage = createStage();
    await stage.enrol();
    await stage.drive();
    const record = stage.only();
    await stage.store.compareAndSet(record, {
      ...record,
      cancelRequest: { by: 'ada', reason: 'wrong Mac', at: stage.now() },
    });
    await stage.drive();
    expect(stage.only()).toMatchObject({ state: 'cancelled', closedAt: stage.now() });
    expect(stage.only().history.find(({ to }) => to === 'cancelled')?.why).toBe('canceled by ada: wrong Mac');
    expect(stage.jamf.members(IDS.joinGreen).size).toBe(0);
    expect(await stage.look('1')).toBe('nothing');
    stage.clock.at += 2 * DAY;
    expect(await stage.look('1')).toBe('opened');
  });

  it('keeps to the hourly cap, and takes one token for one attempt', async () => {
    const stage = createStage({ hourlyCap: 2 });
    for (const id of ['1', '2', '3']) await stage.enrol(id);
    for (const { id } of [...stage.store.records.values()]) await stage.drive(id);
    const states = [...stage.store.records.values()].map(({ state }) => state);
    expect(states).toEqual(['pushed', 'pushed', 'blocked']);
    const third = stage.only().id;
    const [blocked] = [...stage.store.records.values()].filter(({ state }) => state === 'blocked');
    expect(blocked).toMatchObject({ blocked: { reason: 'hourly-cap' }, wakeAt: START + 30 * MINUTE });
    const out = [...stage.store.records.values()].filter(({ state }) => state === 'pushed');
    // Two Macs that sleep may enrol at any moment: their tokens count until an hour after they did.
    stage.clock.at = START + HOUR + 1;
    await stage.drive(blocked?.id ?? third);
    expect([...stage.asked]).toEqual([]);
    for (const { id, computerId } of out) {
      stage.jamf.deliver(computerId);
      await stage.drive(id);
    }
    stage.asked.clear();
    await stage.drive(blocked?.id ?? third);
    expect([...stage.asked]).toEqual([]);
    stage.clock.at += HOUR + 1;
    // An hour is old news: the Mac is looked at again before a certificate is asked for.
    await stage.drive(blocked?.id ?? third);
    expect([...stage.asked]).toEqual([blocked?.computerId]);
    const pushed = await stage.live({ id: blocked?.id ?? '', until: ({ state }) => state === 'pushed' });
    expect(pushed.state).toBe('pushed');
  });

  it('keeps to the in-flight cap, and calls who is next in line when a place is free', async () => {
    const stage = createStage({ inFlight: 1 });
    for (const id of ['1', '2']) await stage.enrol(id);
    const [first, second] = [...stage.store.records.values()];
    await stage.drive(first?.id);
    await stage.drive(second?.id);
    expect(stage.store.records.get(second?.id ?? '')).toMatchObject({ blocked: { reason: 'in-flight-cap' } });
    // It was called when the first one started, and is not called again before there is a place.
    stage.promoted.length = 0;
    await stage.live({ id: first?.id ?? '', until: ({ state }) => state === 'pushed' });
    expect(stage.promoted).not.toContain(second?.id);
    // Answered: the certificate is requested, and its proof loads nothing.
    await stage.live({ id: first?.id ?? '', until: ({ state }) => state === 'verifying' });
    expect(stage.promoted).toContain(second?.id);
    expect(stage.store.signals).toContain(second?.id);
    await stage.drive(second?.id);
    expect(stage.store.records.get(second?.id ?? '')?.state).toBe('pushed');
  });

  it('waits for a pending command of either profile', async () => {
    const stage = createStage();
    await stage.enrol();
    stage.jamf
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
    await stage.drive();
    expect(stage.only()).toMatchObject({ state: 'blocked', blocked: { reason: 'pending-command' } });
    expect(stage.only().blocked?.text).toContain('native');
  });

  it('waits for inventory when somebody has just installed the profile again', async () => {
    const stage = createStage();
    await stage.enrol();
    stage.jamf
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
    stage.jamf.renewNatively('1');
    await stage.drive();
    expect(stage.only()).toMatchObject({ state: 'blocked', blocked: { reason: 'inventory-stale' } });
    stage.jamf.report('1');
    await stage.look('1');
    await stage.drive();
    expect(stage.only()).toMatchObject({ state: 'verified', proof: { credit: 'other' } });
    expect(stage.jamf.writes).toEqual([]);
  });

  it('is held up, not failed, by a Jamf that does not answer', async () => {
    const stage = createStage();
    await stage.enrol();
    const broken = stage.process((when, call) => {
      if (when === 'before' && call === 'group') throw jamfError('answered 503');
    });
    const first = await stage.drive(undefined, broken);
    expect(first).toEqual({ done: false, wakeAt: START + MINUTE });
    stage.clock.at += MINUTE;
    const second = await stage.drive(undefined, broken);
    expect(second).toEqual({ done: false, wakeAt: START + 3 * MINUTE });
    expect(stage.only().trouble).toMatchObject({ count: 2, since: START });
    expect(stage.only().trouble?.text).toContain('answered 503');
    await stage.drive();
    expect(stage.only()).toMatchObject({ state: 'pushed', trouble: null });
  });

  it.each(['before', 'after'] as const)('reads back when a write failed %s Jamf did it', async (moment) => {
    const stage = createStage();
    await stage.enrol();
    let failures = 1;
    const flaky = stage.process((when, _call, write) => {
      if (write && when === moment && failures-- > 0) throw jamfError('did not answer', { inDoubt: true });
    });
    await stage.drive(undefined, flaky);
    expect(stage.only()).toMatchObject({ state: 'eligible', intent: { purpose: 'trigger', calls: 1 } });
    stage.clock.at += MINUTE;
    await stage.drive(undefined, flaky);
    expect(stage.only().state).toBe('pushed');
    expect(stage.only().attempts).toHaveLength(1);
    expect(stage.jamf.installsSent.get('1')).toBe(1);
  });

  it('takes up what it finds under way when its records are lost', async () => {
    const stage = createStage();
    await stage.enrol();
    await stage.drive();
    stage.store.records.clear();
    stage.store.attempts.clear();
    stage.clock.at += MINUTE;
    expect(await stage.look('1')).toBe('opened');
    const closed = await stage.live();
    expect(closed).toMatchObject({ state: 'verified', direction: 'to-green' });
    expect(stage.jamf.installsSent.get('1')).toBe(1);
  });

  it('ends an old overlap before it renews, and never drops the profile with the better certificate', async () => {
    const stage = createStage();
    await stage.enrol();
    await stage.live({ until: ({ state }) => state === 'verified' });
    stage.store.records.clear();
    stage.store.attempts.clear();
    // A year later: green holds the certificate that expires last, blue a dead one.
    stage.clock.at += 350 * DAY;
    stage.jamf.report('1');
    expect(await stage.look('1')).toBe('opened');
    const proven = await stage.live({ until: ({ state }) => state === 'verified' });
    expect(proven).toMatchObject({ direction: 'to-blue' });
    expect(stage.jamf.writes.slice(1)).toEqual([
      `add 1 to ${IDS.leaveBlue}`,
      `remove 1 from ${IDS.leaveBlue}`,
    ]);
  });
});
