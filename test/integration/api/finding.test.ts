import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hintKeys } from '../../../src/store/hints/hints.js';
import { keysUnder } from '../../../src/store/redis/keys.js';
import { ask, containing, DAY_MS, mac, startApi, type TestApi, TOKENS } from './support.js';

const viewer = { token: TOKENS.viewer };

interface Page {
  computers: { id: string; states: { state: string }[] }[];
  next: string | null;
}

async function page(api: TestApi, query: string): Promise<Page> {
  const { status, body } = await ask(api, 'GET', `/api/v1/computers?${query}`, viewer);
  expect(status).toBe(200);
  return body as Page;
}

/** The IDs of all pages, and the total count. */
async function allPages(api: TestApi, query: string): Promise<{ ids: string[]; pages: number }> {
  const ids: string[] = [];
  let pages = 0;
  for (let next: string | null = ''; next !== null; pages += 1) {
    const one: Page = await page(api, `${query}${next ? `&cursor=${encodeURIComponent(next)}` : ''}`);
    ids.push(...one.computers.map(({ id }) => id));
    next = one.next;
  }
  return { ids, pages };
}

describe('searching Macs', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startApi();
    const now = api.now();
    const crowd = Array.from({ length: 2_600 }, (_, index) =>
      mac(String(1000 + index), index % 40 === 3 ? 15 : 100, now, {
        username: index % 100 === 7 ? 'Jane.Doe' : 'somebody',
        lastContactAt: now - index * 1_000 - 120_000,
      }),
    );
    for (let from = 0; from < crowd.length; from += 500) await api.save(...crowd.slice(from, from + 500));
  });
  afterAll(() => api.close());

  test('finds a serial number in any case, and an ID', async () => {
    expect((await page(api, 'serialNumber=serial1007')).computers.map(({ id }) => id)).toEqual(['1007']);
    expect((await page(api, 'id=1008')).computers).toHaveLength(1);
    expect((await page(api, 'serialNumber=nobody')).computers).toEqual([]);
  });

  test('finds part of a user name in the whole fleet, each Mac once, in pages', async () => {
    const { ids, pages } = await allPages(api, 'username=JANE&limit=10');
    expect(ids).toEqual(Array.from({ length: 26 }, (_, index) => String(1007 + 100 * index)));
    expect(pages).toBeGreaterThanOrEqual(3);
  });

  test('finds any text: ID, serial number, name or user, each Mac once, in pages', async () => {
    expect((await page(api, 'text=1007')).computers[0]?.id).toBe('1007');
    expect((await allPages(api, 'text=serial10&limit=7')).ids).toHaveLength(100);
    expect((await allPages(api, 'text=jane&limit=10')).ids).toHaveLength(26);
    expect((await allPages(api, 'text=doe&username=jane&limit=10')).ids).toHaveLength(26);
    expect((await page(api, 'text=%21')).computers).toEqual([]);
  });

  test('returns at most the requested page size, and the whole fleet once', async () => {
    const { ids } = await allPages(api, 'limit=500');
    expect(ids).toHaveLength(2_604);
    expect(new Set(ids).size).toBe(2_604);
    expect((await page(api, 'text=mac&limit=3')).computers).toHaveLength(3);
  });

  test('filters by state; out of scope is a separate state', async () => {
    expect((await allPages(api, 'state=overdue')).ids.sort()).toEqual(['2', '4']);
    expect((await allPages(api, 'state=out-of-scope')).ids).toEqual(['3']);
    expect((await page(api, 'id=3')).computers[0]?.states).toMatchObject([{ state: 'out-of-scope' }]);
    expect((await allPages(api, 'state=healthy&username=jane&limit=500')).ids).toHaveLength(26);
  });

  const ORDERS = ['contact', 'serialNumber', 'name', 'user'];

  test('returns the whole fleet in any order, each Mac once', async () => {
    for (const sort of ORDERS)
      expect(new Set((await allPages(api, `sort=${sort}&limit=500`)).ids).size).toBe(2_604);
    const { ids } = await allPages(api, 'sort=expiry&limit=500');
    expect([ids.length, ids.slice(0, 2).sort()]).toEqual([2_603, ['2', '4']]);
  });

  // The first filter matches many Macs, so the index of the order is read. The others match few, which are sorted.
  test.each(['state=healthy', 'state=due', 'state=out-of-scope', 'expiresBefore=in 20 days'])(
    'returns the same Macs with %s in any order, in the order of the fleet, each once',
    async (named) => {
      const filter = named.replace('in 20 days', String(api.now() + 20 * DAY_MS));
      const limit = named === 'state=healthy' ? 400 : 30;
      const meant = new Set((await allPages(api, `${filter}&limit=500`)).ids);
      expect(meant.size).toBeGreaterThan(0);
      for (const sort of ORDERS) {
        const fleet = (await allPages(api, `sort=${sort}&limit=500`)).ids;
        const { ids, pages } = await allPages(api, `${filter}&sort=${sort}&limit=${limit}`);
        expect(ids, sort).toEqual(fleet.filter((id) => meant.has(id)));
        expect(pages).toBeGreaterThanOrEqual(Math.ceil(meant.size / limit));
      }
    },
  );

  test('filters by state and expiry, with the certificate that expires first at the top', async () => {
    const { ids } = await allPages(api, 'state=due&sort=expiry&limit=30');
    expect(ids).toEqual((await allPages(api, 'state=due&limit=500')).ids);
    expect(ids).toHaveLength(65);
  });

  test('continues a page while the fleet changes: no remaining Mac is missing, and none is repeated', async () => {
    const before = (await allPages(api, 'state=due&sort=contact&limit=500')).ids;
    const first = await page(api, 'state=due&sort=contact&limit=20');
    const shown = first.computers.map(({ id }) => id);
    // One shown Mac is deleted, one other Mac has a contact, and one more becomes due.
    const [gone = '', moved = ''] = [shown[19], before[40]];
    await api.save(
      mac(gone, 300, api.now()),
      mac(moved, 15, api.now(), { lastContactAt: api.now() }),
      mac('9000', 15, api.now(), { lastContactAt: api.now() }),
    );
    const rest: string[] = [];
    for (let next = first.next; next !== null;) {
      const one: Page = await page(api, `state=due&sort=contact&limit=20&cursor=${encodeURIComponent(next)}`);
      rest.push(...one.computers.map(({ id }) => id));
      next = one.next;
    }
    expect([...shown, ...rest]).toEqual(before.filter((id) => id !== moved));
  });

  test.each([
    ['sort=expiry&state=unknown', 'no known expiry'],
    ['sort=expiry&unknown=no-certificate', 'no known expiry'],
    ['sort=name&text=mac', 'search results have a fixed order'],
    ['blocked=offline&state=due', 'instance and profile only'],
    ['sort=name&state=due&cursor=1:2', 'with the same filters'],
    ['sort=contact&state=due&cursor=tAAAA', 'with the same filters'],
  ])('refuses %s with the reason', async (query, why) => {
    const { status, body } = await ask(api, 'GET', `/api/v1/computers?${query}`, viewer);
    expect(status).toBe(400);
    expect(body).toHaveProperty('detail', containing(why));
  });

  test('refuses invalid requests with the reason', async () => {
    const bad = async (query: string) => ask(api, 'GET', `/api/v1/computers?${query}`, viewer);
    for (const query of [
      'cursor=x',
      'username=jane&cursor=rubbish',
      'limit=0',
      'limit=501',
      'stat=due',
      'id=a&id=b',
    ])
      expect((await bad(query)).status).toBe(400);
    expect((await bad('instance=moon')).body).toMatchObject({
      status: 404,
      detail: containing('available: prod'),
    });
    expect((await bad('profile=vpn')).body).toMatchObject({
      status: 404,
      detail: containing('available: okta'),
    });
  });

  test('does not find an unknown Mac', async () => {
    const { status, body } = await ask(api, 'GET', '/api/v1/computers/99', viewer);
    expect(status).toBe(404);
    expect(body).toHaveProperty('detail', containing('Recert knows no Mac with the ID 99 on prod'));
  });
});

describe('several Jamf Pro servers', () => {
  const more = `  staging:
    url: https://staging.example.com
    auth: { clientId: recert, clientSecret: x }
    webhooks: { authentication: { type: header, headers: { X-Api-Key: y } } }
    profiles:
      okta: { overlap: { blue: 12, green: 13, joinGreen: 31, leaveBlue: 32 } }
`;
  let api: TestApi;
  beforeAll(async () => {
    api = await startApi({ more });
  });
  afterAll(() => api.close());

  test('the server must be named, and the error lists the servers', async () => {
    const vague = await ask(api, 'GET', '/api/v1/computers', viewer);
    expect(vague.status).toBe(400);
    expect(vague.body).toHaveProperty('detail', containing('available: prod, staging'));
    expect((await page(api, 'instance=prod')).computers).toHaveLength(4);
    expect((await page(api, 'instance=staging')).computers).toHaveLength(0);
  });

  test('pause and resume apply to all servers or to one', async () => {
    const operator = { token: TOKENS.operator };
    const body = { reason: 'Okta is down' };
    const one = await ask(api, 'POST', '/api/v1/pause', {
      ...operator,
      body: { ...body, instance: 'staging' },
    });
    expect(one.body).toMatchObject({ instances: [{ instance: 'staging', changed: true }] });
    const all = await ask(api, 'POST', '/api/v1/pause', { ...operator, body });
    expect(all.body).toMatchObject({
      instances: [
        { instance: 'prod', changed: true },
        { instance: 'staging', changed: false },
      ],
    });
    const resumed = await ask(api, 'POST', '/api/v1/resume', { ...operator, body });
    expect(resumed.body).toMatchObject({
      instances: [
        { instance: 'prod', paused: null, changed: true },
        { instance: 'staging', paused: null, changed: true },
      ],
    });
  });

  test('resume ends a cool-down only when the request says so', async () => {
    const operator = { token: TOKENS.operator };
    await api.stores.limits.noteJamf('prod', 'restart', api.now());
    const body = { reason: 'Jamf Pro is stable again', instance: 'prod' };
    const kept = await ask(api, 'POST', '/api/v1/resume', { ...operator, body });
    expect(kept.body).toMatchObject({ instances: [{ holdEnded: false, changed: false }] });
    const held = await ask(api, 'GET', '/api/v1/overview', viewer);
    expect(held.body).toHaveProperty('instances.0.profiles.0.hold.text', containing('restarted'));

    const ended = await ask(api, 'POST', '/api/v1/resume', { ...operator, body: { ...body, endHold: true } });
    expect(ended.body).toMatchObject({ instances: [{ holdEnded: true, changed: true }] });
    const free = await ask(api, 'GET', '/api/v1/overview', viewer);
    expect(free.body).toHaveProperty('instances.0.profiles.0.hold', null);
    const audit = await ask(api, 'GET', '/api/v1/audit?limit=1', viewer);
    expect(audit.body).toHaveProperty('entries.0.reason', 'Jamf Pro is stable again');
  });

  test('resume ends the hold of assessments after a shutdown, and they can be claimed at once', async () => {
    const operator = { token: TOKENS.operator };
    const { hints } = api.stores;
    await hints.add('prod', ['1'], { reason: 'check-in', ripeAt: 0 });
    await api.redis.set(hintKeys(keysUnder(api.config.redis.prefix), 'prod').hold, api.now() + DAY_MS);
    const claimed = () => hints.claim('prod', { now: api.now(), limit: 10, leaseMs: 1 });
    expect(await claimed()).toEqual([]);
    const ended = await ask(api, 'POST', '/api/v1/resume', {
      ...operator,
      body: { reason: 'Jamf Pro is back', instance: 'prod', endHold: true },
    });
    expect(ended.body).toMatchObject({ instances: [{ holdEnded: true, changed: true }] });
    expect(await claimed()).toHaveLength(1);
  });

  test('the overview shows both', async () => {
    const { body } = await ask(api, 'GET', '/api/v1/overview', viewer);
    expect(body).toMatchObject({ instances: [{ name: 'prod' }, { name: 'staging' }] });
  });
});

test('malformed requests never cause a 5xx', async () => {
  const api = await startApi({ fleet: false });
  const operator = { token: TOKENS.operator };
  try {
    const post = (body: unknown, headers: Record<string, string> = {}) =>
      ask(api, 'POST', '/api/v1/sweep', { ...operator, body, headers });
    expect((await post('{"what":')).body).toMatchObject({
      status: 400,
      detail: containing('not valid JSON'),
    });
    expect((await post('"full"')).status).toBe(400);
    expect((await post('x', { 'Content-Type': 'text/plain' })).status).toBe(415);
    expect((await post(JSON.stringify({ what: 'x'.repeat(300_000) }))).status).toBe(413);
    expect((await ask(api, 'POST', '/api/v1/pause', operator)).status).toBe(400);
    expect((await ask(api, 'GET', '/api/v1/computers/%E0%A4%A', operator)).status).toBe(400);
    expect((await ask(api, 'GET', '/api/v1/computers/../../etc', operator)).status).toBe(404);
    expect((await ask(api, 'GET', '/api/v1/computers/__proto__', operator)).status).toBe(400);
    const patched = await ask(api, 'PATCH', '/api/v1/redistributions', operator);
    expect(patched.status).toBe(405);
    expect(patched.headers.get('allow')).toBe('GET, POST');
    const key = await ask(api, 'POST', '/api/v1/pause', {
      ...operator,
      body: { reason: 'a key with a space' },
      headers: { 'Idempotency-Key': 'a b' },
    });
    expect(key.status).toBe(400);
    expect(api.told.map(({ kind }) => kind)).not.toContain('api.failed');
  } finally {
    await api.close();
  }
});

test('the response says when Redis is down, and the log says why', async () => {
  const api = await startApi({ fleet: false });
  try {
    // No response any more, as after a power failure.
    await api.redis.shutdown('NOSAVE').catch(() => undefined);
    const { status, body, headers } = await ask(api, 'GET', '/api/v1/overview', viewer);
    expect(status).toBe(503);
    expect(body).toMatchObject({
      type: 'urn:recert:problem:store-unavailable',
      detail: containing('/readyz shows when Redis is available'),
    });
    expect(headers.get('retry-after')).toBe('5');
    expect(api.told.map(({ kind }) => kind)).toContain('api.failed');
  } finally {
    await api.close();
  }
});
