import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { FaultsInput } from '../../../simulator/http/faults/schema.js';
import { SEEDED } from '../../../simulator/world/seeded.js';
import { assessHints } from '../../../src/application/inventory/assess-hints.js';
import { sweep } from '../../../src/application/inventory/sweeps/sweep.js';
import { startSimulatedJamf } from '../jamf/support.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';
import { testFleet, type TestFleet } from './support/fleet.js';
import { fakeJamf } from './support/jamf.js';

let server: TestRedis;
beforeAll(async () => {
  server = await startTestRedis();
});
afterAll(async () => {
  await server.close();
});

const MACS = 30;
const ids = Array.from({ length: MACS }, (_, index) => String(index + 1));

/** The assessing workers on Redis, with the real client and the simulated Jamf Pro. */
async function pretendedFleet() {
  const pretended = await startSimulatedJamf(
    { fleet: { computers: MACS, due: 5, expired: 2 }, http: { nodes: 3, nodeLag: '60s' } },
    { timeout: 300, pageSize: 10 },
  );
  const { blue, green, joinGreen, leaveBlue } = SEEDED;
  const fleet = testFleet(server.url, {
    jamf: { ...fakeJamf(), client: pretended.jamf },
    overlap: JSON.stringify({ blue, green, joinGreen, leaveBlue }),
  });
  await fleet.redis.flushall();
  onTestFinished(() => fleet.close());
  return { ...pretended, fleet };
}

const full = (fleet: TestFleet) => sweep(fleet.deps, { instance: 'prod', what: 'full' });

/** The stored certificates, and the number of Macs in each state. */
async function known({ deps }: TestFleet) {
  const macs = await deps.computers.getMany('prod', ids);
  return {
    states: await deps.computers.countStates('prod', 'wifi'),
    macs: macs.map((mac) => mac && [mac.id, mac.certificates, mac.matching, mac.retiredAt, mac.groupIds]),
  };
}

const path = 'computers-inventory|JSSResource|jamf-pro-version';
const faults: [string, NonNullable<FaultsInput['http']>][] = [
  ...[401, 403, 404, 409, 500, 502, 503, 504].map((status): (typeof faults)[number] => [
    `${status}`,
    [{ kind: 'status', status, path }],
  ]),
  ['429 with Retry-After', [{ kind: 'status', status: 429, retryAfterSeconds: 0, path }]],
  ['500 without errors', [{ kind: 'status', status: 500, body: 'empty-errors', path }]],
  ['a page in place of JSON', [{ kind: 'html', path }]],
  ['half a body', [{ kind: 'half-body', path }]],
  ['a hung connection', [{ kind: 'hang', path }]],
  ['a token that ended and no other', [{ kind: 'status', status: 401 }]],
  [
    'all of it by turns',
    [401, 429, 500].map((status) => ({
      kind: 'status' as const,
      status,
      share: 0.4,
      retryAfterSeconds: 0,
      path,
    })),
  ],
];

test.each(faults)('responses of Jamf Pro with %s remove no stored data', async (_, http) => {
  const { fleet, faults: set } = await pretendedFleet();
  expect(await full(fleet)).toMatchObject({ outcome: 'done', computers: MACS });
  const before = await known(fleet);
  expect(before.states.healthy).toBeGreaterThan(10);

  await set({ http });
  await fleet.deps.profiles.settleReading('prod', 0);
  for (const what of ['full', 'changed'] as const)
    await sweep(fleet.deps, { instance: 'prod', what }).catch(() => undefined);
  await fleet.hint(ids);
  await assessHints(fleet.deps, 'prod').catch(() => undefined);
  expect(await known(fleet)).toEqual(before);

  await set({});
  expect(await full(fleet)).toMatchObject({ outcome: 'done', computers: MACS });
  expect(await known(fleet)).toEqual(before);
});
