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

/** A fleet of this size in an empty Redis. Its certificates expire in 100 days. */
async function freshFleet(macs: number, options: Parameters<typeof testFleet>[1] = {}): Promise<TestFleet> {
  const fleet = testFleet(server.url, options);
  fleets.push(fleet);
  await fleet.redis.flushall();
  for (let id = 1; id <= macs; id += 1) fleet.jamf.fleet.set(String(id), macOf(id, 100));
  return fleet;
}

function macOf(id: number, days: number) {
  return computer({
    id: String(id),
    serialNumber: `SERIAL${id}`,
    reportedAt: Date.now() - 1_000,
    certificates: [certificate({ issuedAt: Date.now() - 200 * DAY, expiresAt: Date.now() + days * DAY })],
  });
}

const reads = (fleet: TestFleet) => fleet.jamf.calls.filter((call) => call.startsWith('read '));

describe('the assessment of hints', () => {
  test('reads a hundred Macs with one call', async () => {
    const fleet = await freshFleet(250);
    fleet.jamf.fleet.set('3', macOf(3, 20));
    await fleet.hint([...fleet.jamf.fleet.keys()]);
    await fleet.work();
    await untilTrue(async () => (await fleet.deps.hints.count('prod')) === 0);
    expect(reads(fleet)).toHaveLength(3);
    expect(await fleet.deps.computers.countStates('prod', 'wifi')).toMatchObject({ healthy: 249, due: 1 });
    expect(fleet.considered.filter((one) => one.endsWith(' due'))).toEqual(['3 due']);
    const assessed = fleet.told('fleet.assessed');
    expect(assessed.reduce((sum, { computers }) => sum + computers, 0)).toBe(250);
  });

  test('collects hints that arrive slowly: one call for all that arrived while the first waited', async () => {
    const fleet = await freshFleet(40);
    await fleet.work();
    const first = Date.now() + 500;
    for (let id = 1; id <= 40; id += 1) await fleet.hint([id], { inMs: first + id - Date.now() });
    await untilTrue(async () => (await fleet.deps.hints.count('prod')) === 0);
    expect(reads(fleet)).toHaveLength(1);
  });

  test('has one separate job for hints that are due later', async () => {
    const fleet = await freshFleet(2);
    await fleet.hint([1], { inMs: 3_600_000, reason: 'added' });
    await fleet.queues.assess.drain(true);
    await Promise.all([1, 2, 3].map(() => assessHints(fleet.deps, 'prod')));
    expect(reads(fleet)).toEqual([]);
    const jobs = await fleet.queues.assess.getDelayed();
    expect(jobs).toHaveLength(1);
    expect(jobs[0]?.delay).toBeGreaterThan(3_500_000);
  });

  test('is distributed to two workers, which read each Mac once', async () => {
    const fleet = await freshFleet(500);
    const other = testFleet(server.url, { jamf: fleet.jamf });
    fleets.push(other);
    fleet.jamf.before = () => new Promise((resolve) => setTimeout(resolve, 20));
    await fleet.hint([...fleet.jamf.fleet.keys()]);
    await fleet.hint([1]);
    await other.deps.producers.wakeAssess('prod', 0);
    await Promise.all([fleet.work(), other.work()]);
    await untilTrue(async () => (await fleet.deps.hints.count('prod')) === 0);
    const met = reads(fleet).flatMap((call) => call.slice('read '.length).split(','));
    expect(met).toHaveLength(500);
    expect(new Set(met).size).toBe(500);
    expect([...fleet.considered, ...other.considered]).toHaveLength(500);
  });

  test('repeats a hint that arrived during the call', async () => {
    const fleet = await freshFleet(1);
    let first = true;
    fleet.jamf.before = async (call) => {
      if (!call.startsWith('read') || !first) return;
      first = false;
      await fleet.hint([1], { inMs: 100 });
    };
    await fleet.work();
    await fleet.hint([1]);
    await untilTrue(async () => (await fleet.deps.hints.count('prod')) === 0);
    expect(reads(fleet)).toHaveLength(2);
  });
});

describe('failures of the assessment', () => {
  test('a worker that is killed between claim and completion loses nothing', async () => {
    const fleet = await freshFleet(3);
    await sweep(fleet.deps, { instance: 'prod', what: 'full' });
    await fleet.hint([1, 2, 3]);
    const now = Date.now();
    await fleet.deps.hints.clearScheduledJob('prod');
    expect(await fleet.deps.hints.claim('prod', { now, limit: 100, leaseMs: 700 })).toHaveLength(3);
    // The state after a kill: claims, and no job.
    await fleet.queues.assess.drain(true);
    await fleet.work();
    await fleet.deps.producers.requestSweep('prod', 'open');
    await untilTrue(async () => (await fleet.deps.hints.count('prod')) === 0);
    expect(Date.now() - now).toBeGreaterThanOrEqual(700 - 50);
    expect(reads(fleet)).toEqual(['read 1,2,3']);
  });

  test('a failed call to Jamf Pro is repeated when the lease ends, and the job contains the reason', async () => {
    const fleet = await freshFleet(2);
    fleet.jamf.before = (call) => {
      if (call.startsWith('read')) throw new Error('prod: readComputers answered 503');
    };
    await fleet.hint([1, 2]);
    await expect(assessHints(fleet.deps, 'prod')).rejects.toThrow('answered 503');
    expect(fleet.told('fleet.unread')).toMatchObject([{ computers: 2 }]);
    expect(await fleet.deps.hints.count('prod')).toBe(2);
    const jobs = await fleet.queues.assess.getDelayed();
    const at = await fleet.deps.hints.nextDueAt('prod');
    expect(jobs.map(({ timestamp, delay }) => Math.abs(timestamp + delay - (at ?? 0)) < 50)).toContain(true);
  });

  test('a Mac that was deleted in Jamf Pro is retired, and an unknown one is ignored', async () => {
    const fleet = await freshFleet(2);
    await fleet.hint([1, 2]);
    await assessHints(fleet.deps, 'prod');
    fleet.jamf.fleet.delete('2');
    await fleet.hint([1, 2, 99]);
    await assessHints(fleet.deps, 'prod');
    expect(await fleet.deps.computers.count('prod')).toEqual({ known: 1, retired: 1 });
    expect(fleet.told('fleet.retired')).toEqual([{ instance: 'prod', computers: 1 }]);
    expect(fleet.considered.slice(2).sort()).toEqual(['1 healthy', '2 retired']);
    expect(await fleet.deps.hints.count('prod')).toBe(0);
  });

  test('a Mac that fails keeps its hint, and the others are completed', async () => {
    const fleet = await freshFleet(3);
    const { consider } = fleet.deps;
    fleet.deps.consider = (decided) =>
      decided.computer.id === '2' ? Promise.reject(new Error('no')) : consider(decided);
    await fleet.hint([1, 2, 3]);
    await assessHints(fleet.deps, 'prod');
    expect(fleet.considered).toEqual(['1 healthy', '3 healthy']);
    expect(await fleet.deps.hints.count('prod')).toBe(1);
    expect(fleet.told('fleet.unconsidered')).toMatchObject([{ computers: 1, error: 'no' }]);
  });

  test('without watched profiles no Mac is assessed and no hint is lost', async () => {
    const fleet = await freshFleet(1);
    fleet.jamf.profiles.clear();
    await fleet.hint([1]);
    await expect(assessHints(fleet.deps, 'prod')).rejects.toThrow('no watched profile');
    expect(await fleet.deps.hints.count('prod')).toBe(1);
    expect(await fleet.deps.computers.count('prod')).toEqual({ known: 0, retired: 0 });
  });
});

test('a stop waits for the current call and leaves the rest to other workers', async () => {
  const fleet = await freshFleet(150);
  let answer = (): void => undefined;
  fleet.jamf.before = (call) =>
    call.startsWith('read') ? new Promise((resolve) => (answer = resolve)) : undefined;
  const worker = await fleet.work();
  await fleet.hint([...fleet.jamf.fleet.keys()]);
  await untilTrue(() => reads(fleet).length === 1);
  fleet.stopping.abort();
  const closed = worker.close();
  answer();
  await closed;
  expect(await fleet.deps.computers.count('prod')).toEqual({ known: 100, retired: 0 });
  expect(await fleet.deps.hints.count('prod')).toBe(50);
  expect(await fleet.queues.assess.getJobCountByTypes('waiting', 'delayed')).toBeGreaterThan(0);
});

describe('a profile that was changed in Jamf Pro', () => {
  const written = async (fleet: TestFleet, ...ids: string[]) => {
    const hint = { reason: 'profile' as const, ripeAt: Date.now() };
    const wakeAt = await fleet.deps.profileHints.add('prod', ids, hint);
    if (wakeAt !== null) await fleet.deps.producers.wakeAssess('prod', wakeAt - Date.now());
  };
  const sweeps = async (fleet: TestFleet) =>
    (await fleet.queues.sweep.getJobs(['wait', 'delayed', 'active'])).map(({ data }) => data.what);

  test('is read again with the second profile and checked; nothing else happens if no relevant field changed', async () => {
    const fleet = await freshFleet(1);
    await sweep(fleet.deps, { instance: 'prod', what: 'full' });
    fleet.jamf.calls.length = 0;
    const auditedAt = async () => (await fleet.deps.profileAudits.get('prod', '11'))?.auditedAt ?? 0;
    const before = await auditedAt();
    await written(fleet, '11');
    await expect.poll(() => Date.now()).toBeGreaterThan(before);
    await assessHints(fleet.deps, 'prod');
    expect(fleet.jamf.calls).toEqual(['profile 11', 'profile 12']);
    expect(await sweeps(fleet)).toEqual([]);
    expect(fleet.told('fleet.profiles-reread')).toEqual([
      { instance: 'prod', profileIds: ['11'], changed: false },
    ]);
    expect(await auditedAt()).toBeGreaterThan(before);
    await assessHints(fleet.deps, 'prod');
    expect(fleet.jamf.calls).toEqual(['profile 11', 'profile 12']);
  });

  test('with another scope causes an assessment of the whole fleet by a running worker', async () => {
    const fleet = await freshFleet(3);
    await sweep(fleet.deps, { instance: 'prod', what: 'full' });
    expect(await fleet.deps.computers.countStates('prod', 'wifi')).toMatchObject({ healthy: 3 });
    const blue = fleet.jamf.profiles.get('11');
    if (!blue) throw new Error('there is no blue profile');
    const nobody = { ...blue.scope, allComputers: false, computerIds: ['2'], groupIds: [] };
    fleet.jamf.profiles.set('11', { ...blue, scope: nobody });
    await fleet.work();
    await written(fleet, '11');
    await untilTrue(
      async () => (await fleet.deps.computers.countStates('prod', 'wifi'))['out-of-scope'] === 2,
    );
    expect(fleet.told('fleet.profiles-reread')).toMatchObject([{ changed: true }]);
  });

  test('that cannot be read is tried again when the lease ends, and Macs do not wait for it', async () => {
    const fleet = await freshFleet(1);
    await sweep(fleet.deps, { instance: 'prod', what: 'full' });
    fleet.jamf.calls.length = 0;
    fleet.jamf.before = (call) => {
      if (call === 'profile 12') throw new Error('prod: profiles.read answered 503');
    };
    await written(fleet, '11', '12');
    await fleet.hint([1]);
    await fleet.queues.assess.drain(true);
    await assessHints(fleet.deps, 'prod');
    expect(fleet.jamf.calls).toEqual(['profile 11', 'profile 12', 'read 1']);
    expect(fleet.told('fleet.profiles-reread')).toMatchObject([{ profileIds: ['11'] }]);
    expect(await fleet.queues.assess.getDelayedCount()).toBe(1);
    expect(await fleet.deps.profileHints.nextDueAt('prod')).toBeGreaterThan(Date.now());
    await sweep(fleet.deps, { instance: 'prod', what: 'open' });
    expect(await fleet.queues.assess.getDelayedCount()).toBe(1);
  });
});
