import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { keysUnder } from '../../../src/store/redis/keys.js';
import {
  createJamfRenewalStore,
  type JamfRenewalStore,
} from '../../../src/store/redistributions/jamf-renewal-counts.js';
import { createRedistributionStore } from '../../../src/store/redistributions/redistributions.js';
import { DAY, START } from '../../support/redistribution/fixtures.js';
import { recordOf } from '../../support/redistribution/records.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';

let server: TestRedis;
let redis: Redis;
let natives: JamfRenewalStore;
const key = keysUnder('test');

beforeAll(async () => {
  server = await startTestRedis();
  redis = new Redis(server.url);
  natives = createJamfRenewalStore({ redis, key });
});
beforeEach(() => redis.flushall());
afterAll(async () => {
  redis.disconnect();
  await server.close();
});

const counts = () => natives.since('prod', 'okta', START - 30 * DAY);

it('renewals are counted by day, and days before the requested period or the retention time are omitted', async () => {
  for (const at of [START, START, START - 29 * DAY, START - 31 * DAY, START - 500 * DAY])
    await natives.count('prod', 'okta', 'renewed', at);
  await natives.count('prod', 'okta', 'other', START);
  expect(await counts()).toEqual({ renewed: 3, failed: 0, other: 1 });
  await natives.count('prod', 'okta', 'failed', START + DAY);
  const fields = await redis.hkeys(key('prod', 'redistributions', 'natives', 'okta'));
  expect(fields).toHaveLength(5);
});

it('a failure is counted once with its record, even if the record is stored twice', async () => {
  const store = createRedistributionStore({ redis, key });
  const first = recordOf('r-1', '1');
  await store.open(first);
  const failed = { ...first, state: 'eligible' as const, nativeFailedAt: START, since: START };
  const stored = await store.compareAndSet(first, failed);
  if (stored === null) throw new Error('not stored');
  expect(await store.compareAndSet(first, failed)).not.toBeNull();
  expect(await store.compareAndSet(first, { ...failed, plan: 'other' })).toBeNull();
  await store.compareAndSet(stored, { ...stored, plan: 'other' });
  expect(await counts()).toEqual({ renewed: 0, failed: 1, other: 0 });
});

it('the renewal by a certificate is claimed by one of the workers that see it at the same time, for each Mac and profile', async () => {
  const claims = () =>
    Promise.all(Array.from({ length: 10 }, () => natives.claim('prod', 'okta', '1', '255')));
  expect((await claims()).filter(Boolean)).toHaveLength(1);
  expect(await natives.claim('prod', 'okta', '2', '255')).toBe(true);
  expect(await natives.claim('prod', 'wifi', '1', '255')).toBe(true);
  expect(await natives.claim('prod', 'okta', '1', '256')).toBe(true);
  const [left] = await redis.keys('*credited:okta:1');
  expect(await redis.pttl(left ?? '')).toBeGreaterThan(0);
});

it('a certificate whose serial number inventory writes in hexadecimal and the declarative status in decimal is one', async () => {
  const serialNumber = 0x3fa8_12c4_9b01_7d55n;
  expect(await natives.claim('prod', 'okta', '1', serialNumber.toString(16))).toBe(true);
  expect(await natives.claim('prod', 'okta', '1', serialNumber.toString())).toBe(false);
});
