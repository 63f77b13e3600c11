import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask, containing, matching, startApi, type TestApi, TOKENS } from './support.js';

const SESSION = '/api/v1/session';

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

async function signIn(token: string): Promise<string> {
  const { status, headers } = await ask(api, 'POST', SESSION, { body: { token } });
  expect(status).toBe(201);
  return headers.get('set-cookie') ?? '';
}

function idIn(setCookie: string): string {
  return /^recert=([\w-]+);/.exec(setCookie)?.[1] ?? '';
}

/** A request of a page of the console, as a browser sends it. */
function fromOurPage(cookie: string): Record<string, string> {
  return { Cookie: `other=1; recert=${idIn(cookie)}`, 'Sec-Fetch-Site': 'same-origin' };
}

describe('a browser', () => {
  test('signs in with a token, has the identity of the token, and signs out', async () => {
    const cookie = await signIn(TOKENS.operator);
    expect(cookie).toMatch(/^recert=[\w-]{43}; Path=\/; Max-Age=43200; HttpOnly; SameSite=Strict$/);
    const headers = fromOurPage(cookie);
    const who = await ask(api, 'GET', SESSION, { headers });
    expect(who.body).toEqual({ name: 'oskar', role: 'operator', via: 'session', instances: null });

    const paused = await ask(api, 'POST', '/api/v1/pause', { headers, body: { reason: 'from the console' } });
    expect(paused.status).toBe(200);
    const audit = await ask(api, 'GET', '/api/v1/audit', { headers });
    expect((audit.body as { entries: unknown[] }).entries).toMatchObject([
      { who: 'oskar', via: 'session', action: 'pause' },
      { who: 'oskar', via: 'token', action: 'sign-in', outcome: 'done' },
    ]);

    const out = await ask(api, 'DELETE', SESSION, { headers });
    expect(out.headers.get('set-cookie')).toMatch(/^recert=; Path=\/; Max-Age=0; HttpOnly/);
    expect((await ask(api, 'GET', SESSION, { headers })).status).toBe(401);
    const after = await ask(api, 'GET', '/api/v1/audit?limit=1', { token: TOKENS.viewer });
    expect(after.body).toMatchObject({ entries: [{ who: 'oskar', action: 'sign-out', outcome: 'done' }] });
  });

  test('gets a new session id at each sign-in, and the old one ends', async () => {
    const first = await signIn(TOKENS.viewer);
    const again = await ask(api, 'POST', SESSION, {
      body: { token: TOKENS.viewer },
      headers: fromOurPage(first),
    });
    const second = again.headers.get('set-cookie') ?? '';
    expect(idIn(second)).not.toBe(idIn(first));
    expect((await ask(api, 'GET', SESSION, { headers: fromOurPage(first) })).status).toBe(401);
    expect((await ask(api, 'GET', SESSION, { headers: fromOurPage(second) })).status).toBe(200);
  });

  test('is told the error of an invalid token', async () => {
    const unknown = await ask(api, 'POST', SESSION, { body: { token: 'recert_nobody' } });
    expect(unknown.status).toBe(401);
    expect(unknown.body).toHaveProperty('detail', containing('copied the whole token'));
    const expired = await ask(api, 'POST', SESSION, { body: { token: TOKENS.expired } });
    expect(expired.body).toHaveProperty('detail', containing('expired after 2020-01-31'));
    expect(expired.headers.get('set-cookie')).toBeNull();
  });

  test('stores nothing in Redis that opens a session', async () => {
    const id = idIn(await signIn(TOKENS.viewer));
    const indexes = await api.redis.keys('*:sessions:*');
    const members = await Promise.all(indexes.map((key) => api.redis.zrange(key, 0, '-1')));
    const keys = await api.redis.keys('*:session:*');
    expect(keys.length).toBeGreaterThan(0);
    expect([...keys, ...indexes, ...members.flat()].join()).not.toContain(id);
    const values = await Promise.all(keys.map((key) => api.redis.get(key)));
    expect(values.join()).not.toContain(id);
    expect(values.join()).not.toContain(TOKENS.viewer);
    for (const key of keys) expect(await api.redis.pttl(key)).toBeGreaterThan(7_000_000);
  });

  test.each([
    ['another site', { 'Sec-Fetch-Site': 'cross-site' }],
    ['a sister site', { 'Sec-Fetch-Site': 'same-site' }],
    ['another origin, by an old browser', { Origin: 'https://evil.example.com' }],
    ['an opaque origin', { Origin: 'null' }],
    ['nobody knows where', {}],
  ])('does not act for %s, even with its cookie', async (_, headers: Record<string, string>) => {
    const Cookie = `recert=${idIn(await signIn(TOKENS.operator))}`;
    const body = { reason: 'made by another site' };
    const refused = await ask(api, 'POST', '/api/v1/resume', { headers: { ...headers, Cookie }, body });
    expect(refused.status).toBe(403);
    expect(refused.body).toMatchObject({ type: 'urn:recert:problem:other-origin' });
    const own = await ask(api, 'POST', '/api/v1/resume', { headers: { Origin: api.url, Cookie }, body });
    expect(own.status).toBe(200);
  });

  test('is not signed in by another site', async () => {
    const { status } = await ask(api, 'POST', SESSION, {
      body: { token: TOKENS.viewer },
      headers: { 'Sec-Fetch-Site': 'cross-site' },
    });
    expect(status).toBe(403);
  });
});

test('a session ends with its token', async () => {
  const limited = await startApi({ fleet: false });
  try {
    const token = limited.config.tokens.find(({ name }) => name === 'vera');
    if (!token) throw new Error('there is no vera');
    token.expires = new Date(limited.now()).toISOString().slice(0, 10);
    const { headers } = await ask(limited, 'POST', SESSION, { body: { token: TOKENS.viewer } });
    const cookie = { headers: fromOurPage(headers.get('set-cookie') ?? '') };
    expect((await ask(limited, 'GET', SESSION, cookie)).status).toBe(200);
    limited.advance(86_400_000);
    expect((await ask(limited, 'GET', SESSION, cookie)).status).toBe(401);
  } finally {
    await limited.close();
  }
});

describe('response headers', () => {
  test.each(['/api/v1/overview', '/api/openapi.json', '/api/nothing', '/queues'])('%s', async (path) => {
    const { headers } = await ask(api, 'GET', path, { token: TOKENS.viewer });
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-frame-options')).toBe('DENY');
  });

  test('of the API forbid caching', async () => {
    const { headers } = await ask(api, 'GET', '/api/v1/overview', { token: TOKENS.viewer });
    expect(headers.get('cache-control')).toBe('no-store');
  });
});

describe('the queue board', () => {
  test('redirects a person who is not signed in to the sign-in page, and answers a program with 401', async () => {
    const person = await ask(api, 'GET', '/queues/', { headers: { Accept: 'text/html' } });
    expect(person.status).toBe(303);
    expect(person.headers.get('location')).toBe('/?next=%2Fqueues');
    const program = await ask(api, 'GET', '/queues/api/queues');
    expect(program.status).toBe(401);
    expect(program.body).toHaveProperty('detail', matching(/sign in at \//));
    expect((await ask(api, 'GET', '/queues', { token: 'recert_wrong' })).status).toBe(401);
  });

  test('opens with the session of the API, and shows the queues read-only', async () => {
    const headers = fromOurPage(await signIn(TOKENS.viewer));
    const page = await ask(api, 'GET', '/queues/', { headers });
    expect(page.status).toBe(200);
    expect(page.body).toContain('Recert queues');
    const { body } = await ask(api, 'GET', '/queues/api/queues', { headers });
    const { queues } = body as { queues: { name: string; readOnlyMode: boolean }[] };
    expect(queues.map(({ name }) => name).sort()).toEqual([
      'assess',
      'batch',
      'notify',
      'redistribute',
      'sweep',
    ]);
    expect(queues.every(({ readOnlyMode }) => readOnlyMode)).toBe(true);
    const asset = /src="(static\/js\/main[^"]+)"/.exec(String(page.body))?.[1] ?? '';
    expect((await ask(api, 'GET', `/queues/${asset}`, { headers })).status).toBe(200);
  });

  test('refuses every change', async () => {
    await api.queues.sweep.add('changed', { instance: 'prod', what: 'changed' }, { jobId: 'stays' });
    for (const path of ['sweep/empty', 'sweep/pause', 'sweep/stays/clean', 'sweep/obliterate'])
      for (const method of ['PUT', 'POST', 'DELETE']) {
        const { status } = await ask(api, method, `/queues/api/queues/${path}`, { token: TOKENS.admin });
        expect(status).toBe(405);
      }
    expect(await api.queues.sweep.getJobState('stays')).toBe('waiting');
  });
});
