import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { assessHints } from '../../../src/application/inventory/assess-hints.js';
import { sweep } from '../../../src/application/inventory/sweeps/sweep.js';
import { certificate, computer, DAY } from '../../unit/domain/support/fleet.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';
import { type TestFleet, testFleet } from './support/fleet.js';
import { untilTrue } from '../../support/eventually.js';

let server: TestRedis;
let fleets: TestFleet[] = [];
beforeAll(async () => {
  server = await startTestRedis();
});
afterEach(async () => {
  await Promise.all(fleets.map((fleet) => fleet.close()));
  fleets = [];
});
afterAll(() => server.close());

async function freshFleet(macs: number, options: Parameters<typeof testFleet>[1] = {}): Promise<TestFleet> {
  const fleet = another(options);
  await fleet.redis.flushall();
  for (let id = 1; id <= macs; id += 1) fleet.jamf.fleet.set(String(id), macOf(id, 100));
  return fleet;
}

function another(options: Parameters<typeof testFleet>[1]): TestFleet {
  const fleet = testFleet(server.url, options);
  fleets.push(fleet);
  return fleet;
}

function macOf(id: number, days: number, reportedAt = Date.now() - 3_600_000) {
  return computer({
    id: String(id),
    serialNumber: `SERIAL${id}`,
    reportedAt,
    certificates: [certificate({ issuedAt: Date.now() - 200 * DAY, expiresAt: Date.now() + days * DAY })],
  });
}

/** In Jamf Pro, with inventory so old that it must be read again. */
async function widenScope({ jamf: { profiles }, deps }: TestFleet): Promise<void> {
  await deps.profiles.settleReading('prod', 0);
  for (const [id, profile] of profiles)
    profiles.set(id, { ...profile, scope: { ...profile.scope, allComputers: true } });
}

const pages = (fleet: TestFleet) => fleet.jamf.calls.filter((call) => /^(list|changed) /.test(call));
const full = (fleet: TestFleet) => sweep(fleet.deps, { instance: 'prod', what: 'full' });
const changed = (fleet: TestFleet) => sweep(fleet.deps, { instance: 'prod', what: 'changed' });
const open = (fleet: TestFleet) => sweep(fleet.deps, { instance: 'prod', what: 'open' });

describe('the full sweep', () => {
  test('reads every Mac with one call per page', async () => {
    const fleet = await freshFleet(250);
    expect(await full(fleet)).toEqual({ outcome: 'done', pages: 3, computers: 250 });
    expect(pages(fleet)).toEqual(['list 0', 'list 1', 'list 2']);
    expect(await fleet.deps.computers.countStates('prod', 'wifi')).toMatchObject({ healthy: 250 });
    expect(fleet.told('fleet.swept')).toMatchObject([{ what: 'full', outcome: 'done', computers: 250 }]);
  });

  test('continues where it stopped', async () => {
    const fleet = await freshFleet(250);
    fleet.jamf.before = (call) => {
      if (call === 'list 1') fleet.stopping.abort();
    };
    expect(await full(fleet)).toEqual({ outcome: 'stopped', pages: 2, computers: 200 });
    const next = another({ jamf: fleet.jamf });
    await open(next);
    await next.work();
    await untilTrue(() => next.told('fleet.swept').some(({ outcome }) => outcome === 'done'));
    expect(pages(fleet)).toEqual(['list 0', 'list 1', 'list 2']);
    expect(await next.deps.computers.count('prod')).toEqual({ known: 250, retired: 0 });
  });

  test('continues after a page that failed', async () => {
    const fleet = await freshFleet(250);
    let failing = true;
    fleet.jamf.before = (call) => {
      if (call === 'list 1' && failing) throw new Error('prod: listComputers answered 502');
    };
    await expect(full(fleet)).rejects.toThrow('502');
    failing = false;
    const before = fleet.jamf.calls.length;
    await fleet.deps.profiles.settleReading('prod', 0);
    expect(await full(fleet)).toMatchObject({ outcome: 'done', computers: 250 });
    expect(pages(fleet)).toEqual(['list 0', 'list 1', 'list 1', 'list 2']);
    // The profiles are read for the profile check only at the end.
    expect(fleet.jamf.calls.slice(before)).toEqual(['list 1', 'list 2', 'profile 11', 'profile 12']);
  });

  test('is run by one worker when two start it', async () => {
    const fleet = await freshFleet(250);
    const other = another({ jamf: fleet.jamf });
    const outcomes = await Promise.all([full(fleet), full(other)]);
    expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(['busy', 'done']);
    expect(pages(fleet)).toHaveLength(3);
  });

  test('is given up by a worker that lost its lease', async () => {
    const fleet = await freshFleet(250);
    fleet.jamf.before = async (call) => {
      if (call === 'list 1') await fleet.redis.set('{recert}:prod:sweep:full:lease', 'another');
    };
    expect(await full(fleet)).toMatchObject({ outcome: 'busy', pages: 2 });
    expect(await fleet.deps.cursors.readFull('prod')).toMatchObject({ page: 1 });
    expect(await fleet.redis.get('{recert}:prod:sweep:full:lease')).toBe('another');
  });

  test('starts again when the watched profiles change while it is interrupted', async () => {
    const fleet = await freshFleet(250);
    let failing = true;
    fleet.jamf.before = (call) => {
      if (call === 'list 2' && failing) throw new Error('cut');
    };
    await expect(full(fleet)).rejects.toThrow('cut');
    failing = false;
    await widenScope(fleet);
    await changed(fleet);
    expect(await full(fleet)).toMatchObject({ outcome: 'done', pages: 3, computers: 250 });
  });

  test('is requested when the watched profiles have changed since', async () => {
    const fleet = await freshFleet(150);
    await full(fleet);
    await open(fleet);
    expect(await fleet.queues.sweep.getWaitingCount()).toBe(0);
    await widenScope(fleet);
    await changed(fleet);
    await open(fleet);
    await open(fleet);
    expect((await fleet.queues.sweep.getWaiting()).map(({ data }) => data)).toEqual([
      { v: 1, instance: 'prod', what: 'full' },
    ]);
  });

  test('has Macs that it did not find read by ID, and retires deleted ones', async () => {
    const fleet = await freshFleet(3);
    await full(fleet);
    fleet.jamf.fleet.delete('2');
    await full(fleet);
    expect(await fleet.deps.hints.count('prod')).toBe(1);
    await assessHints(fleet.deps, 'prod');
    // The list shows whether others are missing as well.
    expect(fleet.jamf.calls.slice(-2)).toEqual(['read 2', 'list 0']);
    expect(await fleet.deps.computers.count('prod')).toEqual({ known: 2, retired: 1 });
    await full(fleet);
    expect(await fleet.deps.hints.count('prod')).toBe(0);
  });

  test('continues after a Mac that fails, which is assessed again', async () => {
    const fleet = await freshFleet(150);
    const { consider } = fleet.deps;
    fleet.deps.consider = (decided) =>
      decided.computer.id === '2' ? Promise.reject(new Error('no')) : consider(decided);
    expect(await full(fleet)).toMatchObject({ outcome: 'done', computers: 150 });
    expect(await fleet.deps.hints.count('prod')).toBe(1);
  });

  test('pauses after each page for as long as the page took', async () => {
    const fleet = await freshFleet(300);
    const at: number[] = [];
    fleet.jamf.before = async (call) => {
      if (!call.startsWith('list')) return;
      at.push(Date.now());
      await new Promise((resolve) => setTimeout(resolve, 100));
    };
    await full(fleet);
    expect((at[1] ?? 0) - (at[0] ?? 0)).toBeGreaterThanOrEqual(200 - 10);
    expect((at[2] ?? 0) - (at[1] ?? 0)).toBeGreaterThanOrEqual(200 - 10);
  });
});

describe('the sweep of changed Macs', () => {
  test('finds changes that no webhook reported', async () => {
    const fleet = await freshFleet(20);
    await full(fleet);
    fleet.considered.length = 0;
    fleet.jamf.fleet.set('7', macOf(7, 10, Date.now()));
    expect(await changed(fleet)).toEqual({ outcome: 'done', pages: 1, computers: 1 });
    expect(fleet.considered).toEqual(['7 overdue']);
  });

  test('continues after the last report it has read, and never skips one because of a wrong clock', async () => {
    const fleet = await freshFleet(20);
    await full(fleet);
    const ahead = Date.now() + 400 * DAY;
    fleet.jamf.fleet.set('7', macOf(7, 10, ahead));
    await changed(fleet);
    const { reportedUpTo } = (await fleet.deps.cursors.readChanged('prod')) ?? {};
    expect(reportedUpTo).toBeLessThanOrEqual(Date.now());
    fleet.jamf.fleet.set('8', macOf(8, 10, Date.now()));
    expect(await changed(fleet)).toMatchObject({ computers: 2 });
  });

  test('starts again when a page failed, and skips nothing', async () => {
    const fleet = await freshFleet(20);
    await full(fleet);
    for (let id = 1; id <= 150; id += 1) fleet.jamf.fleet.set(String(id), macOf(id, 10, Date.now()));
    let failing = true;
    fleet.jamf.before = (call) => {
      if (call === 'changed 1' && failing) throw new Error('cut');
    };
    await expect(changed(fleet)).rejects.toThrow('cut');
    failing = false;
    expect(await changed(fleet)).toEqual({ outcome: 'done', pages: 2, computers: 150 });
  });
});

test('a full sweep chooses the capacity from the fleet, and reads the Macs that are due earlier because of it', async () => {
  const fleet = await freshFleet(0);
  fleet.jamf.fleet.set('1', macOf(1, 32));
  fleet.jamf.fleet.set('2', macOf(2, 50));
  await full(fleet);
  const { watched } = await fleet.deps.profiles.watchedProfiles('prod');
  const [profile] = watched;
  expect(profile?.chosen).toMatchObject({ hourlyCap: 20, caLimit: 600, shortage: null });
  expect(profile?.policy).toMatchObject({ hourlyCap: 20, inFlight: 40, perMinute: 10 });
  expect(await fleet.deps.computers.countStates('prod', 'wifi')).toMatchObject({ healthy: 1, due: 1 });
  fleet.considered.length = 0;
  await assessHints(fleet.deps, 'prod');
  expect(fleet.considered).toEqual(['1 due']);
  expect(fleet.woken).toEqual(['wifi']);
  await full(fleet);
  expect(fleet.woken).toEqual(['wifi']);
});

describe('the sweep of open work', () => {
  test('finds a Mac that became due by the passage of time, and reads it before any action', async () => {
    let offset = 0;
    const fleet = await freshFleet(0, { now: () => Date.now() + offset });
    // The window is 30 days, and the canary waves precede it by 3 days.
    fleet.jamf.fleet.set('1', macOf(1, 34));
    fleet.jamf.fleet.set('2', macOf(2, 50));
    await full(fleet);
    fleet.considered.length = 0;
    offset = 2 * DAY;
    expect(await open(fleet)).toMatchObject({ computers: 1 });
    expect(await fleet.deps.computers.countStates('prod', 'wifi')).toMatchObject({ healthy: 1, due: 1 });
    await assessHints(fleet.deps, 'prod');
    expect(fleet.jamf.calls.at(-1)).toBe('read 1');
    expect(fleet.considered).toEqual(['1 due']);
    expect(await open(fleet)).toMatchObject({ computers: 0 });
  });

  test('wakes the worker for forgotten hints, and requests lost jobs', async () => {
    const fleet = await freshFleet(1);
    await full(fleet);
    const asked: string[] = [];
    fleet.deps.restartLostJobs = (instance) => {
      asked.push(instance);
      return Promise.resolve(0);
    };
    await fleet.deps.hints.add('prod', ['1'], { reason: 'proof', ripeAt: Date.now() });
    await open(fleet);
    expect(asked).toEqual(['prod']);
    expect(await fleet.queues.assess.getWaitingCount()).toBe(1);
  });

  test('sends no request to Jamf Pro', async () => {
    const fleet = await freshFleet(5);
    await full(fleet);
    const before = fleet.jamf.calls.length;
    await open(fleet);
    expect(fleet.jamf.calls).toHaveLength(before);
  });
});

describe('a watched profile that cannot be read', () => {
  test('is reported, and its last reading stays in use', async () => {
    const fleet = await freshFleet(5);
    await full(fleet);
    fleet.jamf.profiles.delete('12');
    await fleet.deps.profiles.settleReading('prod', 0);
    expect(await full(fleet)).toMatchObject({ outcome: 'done', computers: 5 });
    expect(fleet.told('fleet.profile-unread')).toMatchObject([{ profileId: '12', known: true }]);
  });

  test('because it was deleted is reported after one sweep of changes, until it exists again', async () => {
    const fleet = await freshFleet(1);
    const list = () => fleet.deps.profiles.watchedProfiles('prod');
    await full(fleet);
    const green = fleet.jamf.profiles.get('12');
    if (!green) throw new Error('there is no profile 12');
    fleet.jamf.profiles.delete('12');
    await fleet.deps.profiles.settleReading('prod', 0);
    await changed(fleet);
    expect(await list()).toMatchObject({
      watched: [{ green: { id: '12' }, gone: ['12'] }],
      missing: [],
      gone: ['12'],
    });
    fleet.jamf.profiles.set('12', green);
    await changed(fleet);
    expect(await list()).toMatchObject({ watched: [{ green: { id: '12' }, gone: [] }], gone: [] });
  });

  test('that was never read prevents the sweep, which is tried again', async () => {
    const fleet = await freshFleet(5);
    fleet.jamf.profiles.delete('12');
    expect(await full(fleet)).toMatchObject({ outcome: 'nothing-watched' });
    expect(fleet.told('fleet.profile-unread')).toMatchObject([{ profileId: '12', known: false }]);
    await open(fleet);
    expect(await fleet.queues.sweep.getWaitingCount()).toBe(1);
  });
});
