import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { assessHints } from '../../../src/application/inventory/assess-hints.js';
import { sweep } from '../../../src/application/inventory/sweeps/sweep.js';
import { certificate, computer, DAY } from '../../unit/domain/support/fleet.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';
import { type TestFleet, testFleet } from './support/fleet.js';

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

/** A fleet of 250 Macs; Jamf Pro cannot return the records in `bad`. */
async function fleetWith(bad: readonly number[], now?: () => number): Promise<TestFleet> {
  const fleet = testFleet(server.url, now ? { now } : {});
  fleets.push(fleet);
  await fleet.redis.flushall();
  for (let id = 1; id <= 250; id += 1)
    fleet.jamf.fleet.set(
      String(id),
      computer({
        id: String(id),
        serialNumber: `SERIAL${id}`,
        reportedAt: Date.now() - 3_600_000,
        certificates: [certificate({ issuedAt: Date.now() - 200 * DAY, expiresAt: Date.now() + 100 * DAY })],
      }),
    );
  bad.forEach((id) => fleet.jamf.bad.add(String(id)));
  return fleet;
}

const full = (fleet: TestFleet) => sweep(fleet.deps, { instance: 'prod', what: 'full' });
const count = (fleet: TestFleet) => fleet.deps.computers.count('prod');

describe('a record that Jamf Pro cannot return', () => {
  test.each([[[150]], [[1]], [[250]], [Array.from({ length: 100 }, (_, index) => 101 + index)]])(
    'does not stop the sweep: %j',
    async (bad) => {
      const fleet = await fleetWith(bad);
      expect(await full(fleet)).toEqual({ outcome: 'done', pages: 3, computers: 250 });
      expect(await count(fleet)).toEqual({ known: 250 - bad.length, retired: 0 });
      expect(await fleet.deps.hints.count('prod')).toBe(bad.length);
    },
  );

  test('is read again an hour later', async () => {
    let offset = 0;
    const fleet = await fleetWith([150], () => Date.now() + offset);
    await full(fleet);
    await assessHints(fleet.deps, 'prod');
    expect(fleet.jamf.calls.filter((call) => call.startsWith('read '))).toEqual([]);
    fleet.jamf.bad.clear();
    offset = 3_600_000;
    expect(await assessHints(fleet.deps, 'prod')).toBe(1);
    expect(await count(fleet)).toEqual({ known: 250, retired: 0 });
    expect(await fleet.deps.hints.count('prod')).toBe(0);
  });

  test('is not retired, and keeps its stored inventory', async () => {
    const fleet = await fleetWith([]);
    await full(fleet);
    fleet.jamf.bad.add('150');
    await fleet.hint(['149', '150', '151']);
    expect(await assessHints(fleet.deps, 'prod')).toBe(3);
    expect(await count(fleet)).toEqual({ known: 250, retired: 0 });
    expect(fleet.told('fleet.unread')).toEqual([]);
    // It waits for another attempt, and the job does not repeat at once.
    expect(await fleet.deps.hints.count('prod')).toBe(1);
    expect(await assessHints(fleet.deps, 'prod')).toBe(0);
  });

  test('does not stop the sweep of changed Macs', async () => {
    const fleet = await fleetWith([]);
    await full(fleet);
    for (const id of ['7', '8', '9']) {
      const mac = fleet.jamf.fleet.get(id);
      if (mac) fleet.jamf.fleet.set(id, { ...mac, reportedAt: Date.now() });
    }
    fleet.jamf.bad.add('8');
    expect(await sweep(fleet.deps, { instance: 'prod', what: 'changed' })).toMatchObject({
      outcome: 'done',
      computers: 3,
    });
    expect(await fleet.deps.hints.count('prod')).toBe(1);
  });
});
