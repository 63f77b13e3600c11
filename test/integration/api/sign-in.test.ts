import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hashPassword } from '../../../src/config/values/password-hash.js';
import { auditPage } from '../../../src/contract/resources/audit.js';
import { createBreakGlassStore } from '../../../src/store/access/break-glass.js';
import { keysUnder } from '../../../src/store/redis/keys.js';
import { joined, listen } from './event-stream.js';
import {
  CLIENT_SECRET,
  openBrowser,
  signInAtProvider,
  startProvider,
  type TestBrowser,
  type TestProvider,
} from './identity.js';
import { ask, containing, startApi, type TestApi, TOKENS } from './support.js';

const PASSWORD = 'correct horse battery staple';
const SESSION = '/api/v1/session';
const PEOPLE = {
  olga: ['everybody', 'recert-operators'],
  vera: ['recert-viewers'],
  both: ['recert-viewers', 'recert-admins'],
  nina: ['everybody'],
  mute: undefined,
};

let api: TestApi;
let provider: TestProvider;
let hash: string;

const signInConfig = (issuer: string, url: string) => `
http: { publicUrl: '${url}' }
signIn:
  oidc:
    issuer: ${issuer}
    clientId: recert
    clientSecret: ${CLIENT_SECRET}
    roles: { viewer: [recert-viewers], operator: [recert-operators], admin: [recert-admins] }
  breakGlass: { hash: '${hash}' }
`;

beforeAll(async () => {
  hash = await hashPassword(PASSWORD);
  api = await startApi({
    fleet: false,
    top: async (url) => {
      provider = await startProvider(url, PEOPLE);
      return signInConfig(provider.issuer, url);
    },
  });
});
afterAll(async () => {
  await api.close();
  await provider.stop();
});

const startOf = (next = '/macs') => `${api.url}/api/v1/session/oidc?next=${encodeURIComponent(next)}`;
const headersOf = (browser: TestBrowser) => ({
  Cookie: browser.cookies(api.url),
  'Sec-Fetch-Site': 'same-origin',
});
const who = (browser: TestBrowser) => ask(api, 'GET', SESSION, { headers: headersOf(browser) });
const refusalIn = async (browser: TestBrowser) => {
  const { body } = await ask(api, 'GET', `${SESSION}/ways`, { headers: headersOf(browser) });
  return (body as { refused: string | null }).refused;
};
/** Whether the browser is back on a page of Recert. The API serves no console here. */
const back = (url: URL) => url.origin === api.url && !url.pathname.startsWith('/api/');

async function signIn(login: string, next?: string) {
  const browser = openBrowser();
  const callback = await signInAtProvider(browser, startOf(next), login);
  const { url } = await browser.go(callback.href, { stopBefore: back });
  return { browser, url };
}

async function trail() {
  const { body } = await ask(api, 'GET', '/api/v1/audit?limit=5', { token: TOKENS.viewer });
  return auditPage.parse(body).entries;
}

describe('sign-in with the provider', () => {
  test('gives a user the role of the group, and returns to the requested page', async () => {
    const { browser, url } = await signIn('olga');
    expect(url.href).toBe(`${api.url}/macs`);
    expect((await who(browser)).body).toEqual({
      name: 'olga@example.com',
      role: 'operator',
      via: 'oidc',
      instances: null,
    });
    const paused = await ask(api, 'POST', '/api/v1/pause', {
      headers: headersOf(browser),
      body: { reason: 'signed in with Okta' },
    });
    expect(paused.status).toBe(200);
    expect(await trail()).toMatchObject([
      { who: 'olga@example.com', via: 'oidc', action: 'pause' },
      { who: 'olga@example.com', role: 'operator', via: 'oidc', action: 'sign-in', outcome: 'done' },
    ]);
  });

  test.each([
    ['vera', 'viewer'],
    ['both', 'admin'],
  ])('with %s is %s', async (login, role) => {
    const { browser } = await signIn(login);
    expect((await who(browser)).body).toMatchObject({ role });
    const { status } = await ask(api, 'GET', '/api/v1/tokens', { headers: headersOf(browser) });
    expect(status).toBe(role === 'admin' ? 200 : 403);
    expect((await ask(api, 'GET', '/queues/', { headers: headersOf(browser) })).status).toBe(200);
  });

  test('refuses a response with another state, or one that was started in another browser', async () => {
    const browser = openBrowser();
    const callback = await signInAtProvider(browser, startOf(), 'olga');
    callback.searchParams.set('state', 'another');
    expect((await browser.go(callback.href, { stopBefore: back })).url.pathname).toBe('/macs');
    expect(await refusalIn(browser)).toContain('belongs to a different sign-in');
    expect((await who(browser)).status).toBe(401);

    const stranger = openBrowser();
    const theirs = await signInAtProvider(openBrowser(), startOf(), 'olga');
    await stranger.go(theirs.href, { stopBefore: back });
    expect(await refusalIn(stranger)).toContain('was not started in this browser');
    expect((await who(stranger)).status).toBe(401);
  });

  test('refuses an ID token with another nonce', async () => {
    const browser = openBrowser();
    const { url } = await browser.go(startOf(), { stopBefore: ({ origin }) => origin === provider.issuer });
    url.searchParams.set('nonce', 'another');
    const callback = await signInAtProvider(browser, url.href, 'olga');
    await browser.go(callback.href, { stopBefore: back });
    expect(await refusalIn(browser)).toMatch(/is invalid .* You are not signed in/u);
    expect((await who(browser)).status).toBe(401);
  });

  test('refuses a code without the verifier of this browser (PKCE), and a second use', async () => {
    const browser = openBrowser();
    const { url } = await browser.go(startOf(), { stopBefore: ({ origin }) => origin === provider.issuer });
    expect(url.searchParams.get('code_challenge_method')).toBe('S256');
    url.searchParams.set('code_challenge', 'A'.repeat(43));
    const callback = await signInAtProvider(browser, url.href, 'olga');
    await browser.go(callback.href, { stopBefore: back });
    expect(await refusalIn(browser)).toContain('did not accept the authorization code');
    expect((await who(browser)).status).toBe(401);
  });

  test('refuses a user without a group with a helpful sentence, once, and on record', async () => {
    const { browser } = await signIn('nina');
    expect((await who(browser)).status).toBe(401);
    const sentence = await refusalIn(browser);
    expect(sentence).toContain('as nina@example.com');
    expect(sentence).toContain('recert-viewers, recert-operators, recert-admins');
    expect((await trail())[0]).toMatchObject({
      who: 'nina@example.com',
      role: 'none',
      action: 'sign-in',
      outcome: 'refused',
    });
    const { headers } = await ask(api, 'GET', `${SESSION}/ways`, { headers: headersOf(browser) });
    expect(headers.get('set-cookie')).toMatch(/^recert-attempt=; .*Max-Age=0/u);
  });

  test('distinguishes a provider that sends no groups from a user without a group', async () => {
    const { browser } = await signIn('mute');
    expect(await refusalIn(browser)).toContain('needs a claim "groups"');
  });

  test('ends the session at once at sign-out, wherever it is used, and redirects to the provider', async () => {
    const { browser } = await signIn('vera');
    const headers = headersOf(browser);
    const live = await listen(api, headers);
    await joined(live);
    const { body } = await ask(api, 'DELETE', SESSION, { headers });
    await live.ended;
    expect((await ask(api, 'GET', SESSION, { headers })).status).toBe(401);
    expect((await ask(api, 'GET', '/queues/', { headers })).status).not.toBe(200);
    const { continueAt } = body as { continueAt: string };
    expect(continueAt.startsWith(`${provider.issuer}/session/end?`)).toBe(true);
    const there = await browser.go(continueAt);
    expect(there.status).toBe(200);
    expect(there.text).toContain('xsrf');
    expect((await trail())[0]).toMatchObject({ who: 'vera@example.com', action: 'sign-out' });
  });

  test.each([
    ['//evil.example.com/x', '/'],
    ['https://evil.example.com', '/'],
    ['/\\evil.example.com', '/'],
    ['/queues', '/?next=%2Fqueues'],
    ['/macs?state=due', '/macs?state=due'],
  ])('with %s afterwards redirects to %s', async (next, page) => {
    const { url } = await signIn('vera', next);
    expect(url.href).toBe(api.url + page);
  });

  test('leaves no secret in the log, the audit log or Redis', async () => {
    const keys = await api.redis.keys('*session*');
    const kept = JSON.stringify([api.told, await trail(), keys]);
    expect(kept).not.toContain(CLIENT_SECRET);
    expect(kept).not.toContain('eyJ');
  });
});

describe('a session', () => {
  test('ends after inactivity, and at its maximum age even when active', async () => {
    const short = await startApi({ top: () => 'signIn: { idle: 30m, life: 1h }', fleet: false });
    try {
      const open = async () => {
        const { headers } = await ask(short, 'POST', SESSION, { body: { token: TOKENS.viewer } });
        return { headers: { Cookie: (headers.get('set-cookie') ?? '').split(';')[0] ?? '' } };
      };
      const silent = await open();
      const [kept = ''] = await short.redis.keys('*:session:*');
      const leftMs = await short.redis.pttl(kept);
      expect(leftMs).toBeLessThanOrEqual(30 * 60_000);
      expect(leftMs).toBeGreaterThan(20 * 60_000);
      await short.redis.pexpire(kept, 1);
      await expect.poll(() => short.redis.exists(kept)).toBe(0);
      expect((await ask(short, 'GET', SESSION, silent)).status).toBe(401);
      const old = await open();
      short.advance(3_599_000);
      expect((await ask(short, 'GET', SESSION, old)).status).toBe(200);
      short.advance(1_000);
      expect((await ask(short, 'GET', SESSION, old)).status).toBe(401);
    } finally {
      await short.close();
    }
  });
});

describe('emergency access', () => {
  const breakGlass = (password: string, name = 'Anna') =>
    ask(api, 'POST', `${SESSION}/break-glass`, { body: { name, password } });

  test('signs in while the provider is down, which the sign-in page says, and is reported', async () => {
    const down = await startApi({ top: (url) => signInConfig('http://127.0.0.1:9', url), fleet: false });
    try {
      const browser = openBrowser();
      const { url } = await browser.go(`${down.url}/api/v1/session/oidc?next=%2Fmacs`, {
        stopBefore: ({ pathname }) => pathname === '/macs',
      });
      expect(url.href).toBe(`${down.url}/macs`);
      const headers = { Cookie: browser.cookies(down.url), 'Sec-Fetch-Site': 'same-origin' };
      const ways = await ask(down, 'GET', `${SESSION}/ways`, { headers });
      expect(ways.body).toMatchObject({
        oidc: { label: 'Okta' },
        breakGlass: true,
        refused: containing('Okta cannot be reached'),
      });
      const answer = await ask(down, 'POST', `${SESSION}/break-glass`, {
        headers,
        body: { name: 'Anna', password: PASSWORD },
      });
      expect(answer.status).toBe(201);
      expect(answer.headers.get('set-cookie')).toContain('Max-Age=3600');
      const cookie = { Cookie: (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '' };
      const own = { ...cookie, 'Sec-Fetch-Site': 'same-origin' };
      expect((await ask(down, 'GET', SESSION, { headers: own })).body).toMatchObject({
        name: 'Anna (break-glass)',
        role: 'admin',
        via: 'break-glass',
      });
      expect(down.told.map(({ kind }) => kind)).toContain('sign-in.provider-down');
      expect(down.told.map(({ kind }) => kind)).toContain('sign-in.glass-broken');
      const uses = createBreakGlassStore({ redis: down.redis, key: keysUnder('recert') });
      expect(await uses.open(down.now())).toMatchObject([{ name: 'Anna', address: '127.0.0.1' }]);
      const { body } = await ask(down, 'GET', '/api/v1/audit', { token: TOKENS.viewer });
      expect(auditPage.parse(body).entries[0]).toMatchObject({
        who: 'Anna (break-glass)',
        via: 'break-glass',
        action: 'sign-in',
        outcome: 'done',
      });
      await ask(down, 'DELETE', SESSION, { headers: own });
      expect(await uses.open(down.now())).toEqual([]);
      expect((await ask(down, 'GET', SESSION, { headers: own })).status).toBe(401);
    } finally {
      await down.close();
    }
  });

  test('refuses a wrong password on record, and after five attempts in a minute the correct one, too', async () => {
    const statuses = [];
    for (let tries = 0; tries < 5; tries += 1) statuses.push((await breakGlass(`guess ${tries}`)).status);
    expect(statuses).toEqual([401, 401, 401, 401, 401]);
    expect((await trail())[0]).toMatchObject({ who: 'nobody', via: 'break-glass', outcome: 'refused' });
    const limited = await breakGlass(PASSWORD);
    expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '60']);
    expect(JSON.stringify([api.told, await trail()])).not.toContain('guess');
  });

  test('is refused with the reason when it is not configured', async () => {
    const without = await startApi({ fleet: false });
    try {
      const answer = await ask(without, 'POST', `${SESSION}/break-glass`, {
        body: { name: 'Anna', password: PASSWORD },
      });
      expect(answer.body).toMatchObject({ status: 404, detail: containing('signIn.breakGlass') });
      expect((await ask(without, 'GET', '/api/v1/session/oidc')).status).toBe(404);
      expect((await ask(without, 'GET', `${SESSION}/ways`)).body).toEqual({
        oidc: null,
        breakGlass: false,
        refused: null,
      });
    } finally {
      await without.close();
    }
  });
});
