import { afterEach, beforeEach, expect, test } from 'vitest';
import { computerPage } from '../../../src/contract/resources/computer.js';
import { createHints } from '../../../src/store/hints/hints.js';
import { keysUnder } from '../../../src/store/redis/keys.js';
import { ask, DAY_MS, mac, startApi, type TestApi, TOKENS } from './support.js';

let api: TestApi;
beforeEach(async () => {
  api = await startApi({ fleet: false });
});
afterEach(() => api.close());

async function list(query: string) {
  const { status, body } = await ask(api, 'GET', `/api/v1/computers?${query}`, { token: TOKENS.viewer });
  expect(status).toBe(200);
  return computerPage.parse(body);
}

/** All pages, which may be short. */
async function all(query: string): Promise<string[]> {
  const ids: string[] = [];
  let cursor = '';
  do {
    const page = await list(`${query}${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
    ids.push(...page.computers.map(({ id }) => id));
    cursor = page.next ?? '';
  } while (cursor !== '');
  return ids;
}

const before = (days: number) => `expiresBefore=${api.now() + days * DAY_MS}`;

test('Macs whose certificate expires before a time are listed once, in pages, and later ones are not read', async () => {
  const days = [-3, 1, 5, 20, 25, 31, 45, 60, 200];
  await api.save(...days.map((left, index) => mac(String(index + 1), left, api.now())));
  for (const limit of [1, 2, 50]) {
    expect((await all(`${before(40)}&limit=${limit}`)).sort()).toEqual(['1', '2', '3', '4', '5', '6']);
    expect(await all(`${before(0)}&limit=${limit}`)).toEqual(['1']);
  }
  expect(await all(`${before(40)}&state=healthy`)).toEqual(['6']);
  expect(await all(`${before(40)}&text=mac-5`)).toEqual(['5']);
  expect(await all(`${before(40)}&text=mac-9`)).toEqual([]);
});

test('Macs in the state unknown are listed by reason', async () => {
  await api.save(
    mac('1', 5, api.now(), { certificates: [] }),
    mac('2', 5, api.now(), { reportedAt: api.now() - 60 * DAY_MS }),
    mac('3', 5, api.now()),
    mac('4', 5, api.now(), { certificates: [], groupIds: [] }),
  );
  expect(await all('state=unknown&unknown=no-certificate')).toEqual(['1']);
  expect(await all('unknown=inventory-stale')).toEqual(['2']);
  expect((await all('state=unknown')).sort()).toEqual(['1', '2']);
});

test('a cursor of another list is refused', async () => {
  const answer = await ask(api, 'GET', `/api/v1/computers?${before(1)}&cursor=7:1`, { token: TOKENS.viewer });
  expect(answer.status).toBe(400);
});

test('an operator requests an assessment of one Mac: a hint, a job, and an audit log entry', async () => {
  await api.save(mac('1', 5, api.now()));
  const refused = await ask(api, 'POST', '/api/v1/computers/1/look', { token: TOKENS.viewer, body: {} });
  expect(refused.status).toBe(403);
  const { status } = await ask(api, 'POST', '/api/v1/computers/1/look', { token: TOKENS.operator, body: {} });
  expect(status).toBe(202);
  const hints = createHints({ redis: api.redis, key: keysUnder('recert'), now: api.now });
  const [hint] = await hints.claim('prod', { now: api.now(), limit: 9, leaseMs: 1_000 });
  expect(hint).toMatchObject({ computerId: '1', reasons: ['manual'] });
  expect(await api.queues.assess.count()).toBe(1);
  const { body } = await ask(api, 'GET', '/api/v1/audit', { token: TOKENS.viewer });
  expect(JSON.stringify(body)).toContain('Requested that this Mac is read from Jamf Pro again.');
});
