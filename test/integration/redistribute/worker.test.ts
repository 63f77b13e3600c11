import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { RedistributionPolicy } from '../../../src/domain/watched.js';
import { signalRedistribution } from '../../../src/application/redistribution/signal.js';
import { restartLostJobs } from '../../../src/application/redistribution/restart-lost-jobs.js';
import { IDS } from '../../support/redistribution/fixtures.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';
import { createFleet, type Fleet, quick } from './support.js';
import { untilTrue } from '../../support/eventually.js';

let server: TestRedis;
let fleet: Fleet;

beforeAll(async () => {
  server = await startTestRedis();
});
afterEach(() => fleet.close());
afterAll(() => server.close());

async function begin(policy: Partial<RedistributionPolicy> = quick()): Promise<Fleet> {
  fleet = await createFleet(server.url, policy);
  return fleet;
}

const allClosed = async () => {
  const records = await fleet.records();
  return records.length > 0 && records.every(({ closedAt }) => closedAt !== null);
};

/** No signal waits for a step, and no step runs or is due. */
const isAtRest = async () => {
  const { queues, redistributions } = fleet;
  const signals = (await fleet.records()).map(({ id }) => redistributions.hasSignal('prod', id));
  const jobs = await queues.redistribute.getJobCounts('waiting', 'prioritized', 'active');
  return !(await Promise.all(signals)).includes(true) && Object.values(jobs).every((count) => count === 0);
};

const issuances = () => [...fleet.jamf.issued.values()].toSorted();

describe('workers of the redistribute queue', () => {
  it.each(['blue', 'green'] as const)(
    'renew 30 %s Macs with 30 certificates, settle, and leave no job',
    async (side) => {
      await begin();
      const { jamf, queues } = fleet;
      const ids = fleet.add(30, side);
      fleet.work();
      fleet.work();
      fleet.live();
      await fleet.look(ids);
      await untilTrue(allClosed);
      const records = await fleet.records();
      expect(records.map(({ state }) => state)).toEqual(Array.from({ length: 30 }, () => 'verified'));
      expect(records.every(({ settlement }) => settlement?.outcome === 'done')).toBe(true);
      expect(issuances()).toEqual(Array.from({ length: 30 }, () => 1));
      for (const group of [IDS.joinGreen, IDS.leaveBlue])
        expect(jamf.members(group).size).toBe(side === 'blue' ? 30 : 0);
      expect(jamf.redundant).toEqual([]);
      expect(jamf.premature).toEqual([]);
      expect(await queues.redistribute.getJobCounts('waiting', 'delayed', 'active', 'failed')).toEqual({
        waiting: 0,
        delayed: 0,
        active: 0,
        failed: 0,
      });
    },
  );

  it('change groups for many Macs in one call', async () => {
    await begin();
    const { jamf } = fleet;
    const ids = fleet.add(30);
    await fleet.look(ids);
    fleet.work({ concurrency: 30 });
    fleet.live();
    await untilTrue(allClosed);
    expect(jamf.writes.filter((write) => write.startsWith('add')).length).toBeLessThan(40);
  });

  it('write nothing in observe mode', async () => {
    await begin(quick({ mode: 'observe' }));
    const { jamf } = fleet;
    const ids = fleet.add(5);
    fleet.work();
    fleet.live();
    await fleet.look(ids);
    await untilTrue(async () =>
      (await fleet.records()).every(({ blocked }) => blocked?.reason === 'observe'),
    );
    await fleet.look(ids);
    await untilTrue(isAtRest);
    expect(jamf.writes).toEqual([]);
    expect((await fleet.records())[0]?.plan).toContain('add the Mac to static group');
  });

  it('start the earliest expiry first, whichever job was added first', async () => {
    await begin(quick({ inFlight: 1 }));
    const { jamf } = fleet;
    const ids = fleet.add(6);
    await fleet.look(ids);
    const order: string[] = [];
    fleet.work({
      concurrency: 1,
      hook: (when, call) => {
        const [, id] = /^add (\d+) to 71$/.exec(call) ?? [];
        if (when === 'before' && id !== undefined) order.push(id);
      },
    });
    fleet.live();
    await untilTrue(allClosed);
    expect(order).toEqual(ids.toReversed());
    expect(jamf.issued.size).toBe(6);
  });

  it('do not lose a signal that arrives during a step', async () => {
    await begin();
    const { jamf, consider } = fleet;
    const [id = ''] = fleet.add(1);
    await fleet.look([id]);
    const [record] = await fleet.records();
    if (record === undefined) throw new Error('nothing was opened');
    let reads = 0;
    // A signal after the first step has read everything and before it waits: its last call before that reads the list of commands.
    fleet.work({
      hook: async (when, call) => {
        if (call !== 'commands' || when !== 'after') return;
        reads += 1;
        if (reads === 4) await signalRedistribution(consider, record);
      },
    });
    await untilTrue(() => reads > 4);
    jamf.deliver(id);
    expect(await fleet.redistributions.hasSignal('prod', record.id)).toBe(false);
  });

  it('restore a lost job, and a failed one', async () => {
    await begin();
    const { jamf, queues, consider } = fleet;
    const ids = fleet.add(3);
    await fleet.look(ids);
    const [lost, failed] = await queues.redistribute.getJobs(['waiting', 'prioritized', 'delayed']);
    await lost?.remove();
    expect(await restartLostJobs(consider, 'prod')).toBe(1);
    expect(await restartLostJobs(consider, 'prod')).toBe(0);
    await failed?.remove();
    await queues.redistribute.drain(true);
    expect(await restartLostJobs(consider, 'prod')).toBe(3);
    fleet.work();
    fleet.live();
    await untilTrue(allClosed);
    expect(jamf.issued.size).toBe(3);
  });

  it('respect the rate limit together', async () => {
    await begin(quick({ hourlyCap: 7 }));
    const ids = fleet.add(20);
    fleet.work();
    fleet.work();
    fleet.live();
    await fleet.look(ids);
    await untilTrue(async () => {
      const records = await fleet.records();
      const held = records.filter(({ blocked }) => blocked?.reason === 'hourly-cap').length;
      return held === 13 && records.filter(({ closedAt }) => closedAt !== null).length === 7;
    });
    expect(issuances()).toHaveLength(7);
  });

  it('stop gracefully: they complete the current step', async () => {
    await begin();
    const { jamf } = fleet;
    const ids = fleet.add(10);
    // A job that loses its lock on a slow machine stops before its write, and keeps the intent.
    const first = fleet.work({ lockMs: 60_000 });
    fleet.live();
    await fleet.look(ids);
    await untilTrue(() => jamf.writes.length > 0);
    await first.close();
    const intents = (await fleet.records()).filter(({ intent }) => intent !== null);
    expect(intents).toEqual([]);
    fleet.work();
    await untilTrue(allClosed);
    expect(issuances()).toEqual(Array.from({ length: 10 }, () => 1));
  });
});
