import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hashPassword } from '../../../src/config/values/password-hash.js';
import {
  CLIENT_SECRET,
  openBrowser,
  signInAtProvider,
  startProvider,
  type TestProvider,
} from './identity.js';
import { ask, containing, startApi, type TestApi, TOKENS } from './support.js';

const PASSWORD = 'correct horse battery staple';
const SESSION = '/api/v1/session';
const EVERYWHERE = '/api/v1/sessions';
const HOUR = 3_600_000;
type Headers = Record<string, string>;

let api: TestApi;
let provider: TestProvider;

beforeAll(async () => {
  const hash = await hashPassword(PASSWORD);
  api = await startApi({
    fleet: false,
    top: async (url) => {
      provider = await startProvider(url, { olga: ['operators'], adam: ['admins'] });
      return `
http: { publicUrl: '${url}' }
signIn:
  idle: 48h
  life: 24h
  oidc:
    issuer: ${provider.issuer}
    clientId: recert
    clientSecret: ${CLIENT_SECRET}
    roles: { operator: [operators], admin: [admins] }
  breakGlass: { hash: '${hash}', role: admin }`;
    },
  });
});
afterAll(async () => {
  await api.close();
  await provider.stop();
});

const ofPage = (cookie: string): Headers => ({ Cookie: cookie, 'Sec-Fetch-Site': 'same-origin' });

async function byProvider(login: string): Promise<Headers> {
  const browser = openBrowser();
  const callback = await signInAtProvider(browser, `${api.url}${SESSION}/oidc`, login);
  await browser.go(callback.href, { stopBefore: ({ pathname }) => !pathname.startsWith('/api/') });
  return ofPage(browser.cookies(api.url));
}

async function by(path: string, body: unknown): Promise<Headers> {
  const { headers } = await ask(api, 'POST', path, { body });
  return ofPage((headers.get('set-cookie') ?? '').split(';')[0] ?? '');
}
const byToken = (token: string) => by(SESSION, { token });
const byBreakGlass = (name: string) => by(`${SESSION}/break-glass`, { name, password: PASSWORD });

const statusOf = async (headers: Headers) => (await ask(api, 'GET', SESSION, { headers })).status;
const statusesOf = (all: readonly Headers[]) => Promise.all(all.map(statusOf));
const end = (headers: Headers, user?: string) =>
  ask(api, 'DELETE', user === undefined ? EVERYWHERE : `${EVERYWHERE}?user=${encodeURIComponent(user)}`, {
    headers,
  });
const lastEntry = async () => {
  const { body } = await ask(api, 'GET', '/api/v1/audit?limit=1', { token: TOKENS.viewer });
  return body;
};

describe('sign out everywhere', () => {
  test('ends the sessions of the user in all browsers, and no other', async () => {
    const [here, there] = [await byProvider('olga'), await byProvider('olga')];
    const others = [await byProvider('adam'), await byToken(TOKENS.operator)];
    const { status, body, headers } = await end(here);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      user: 'olga@example.com',
      ended: 2,
      continueAt: containing(`${provider.issuer}/session/end`),
    });
    expect(headers.get('set-cookie')).toMatch(/^recert=; Path=\/; Max-Age=0/);
    expect(await statusesOf([here, there])).toEqual([401, 401]);
    expect(await statusesOf(others)).toEqual([200, 200]);
    expect(await lastEntry()).toMatchObject({
      entries: [
        {
          who: 'olga@example.com',
          via: 'oidc',
          action: 'sign-out-all',
          subjects: ['olga@example.com'],
          outcome: 'done',
          result: 'Ended 2 sessions of olga@example.com.',
        },
      ],
    });
    expect(await statusOf(await byProvider('olga'))).toBe(200);
  });

  test('ends the sessions that were opened with a token; the token itself remains valid', async () => {
    const session = await byToken(TOKENS.operator);
    const { body } = await end({ Authorization: `Bearer ${TOKENS.operator}` });
    expect(body).toMatchObject({ user: 'oskar', continueAt: null });
    expect(await statusOf(session)).toBe(401);
    expect((await ask(api, 'GET', SESSION, { token: TOKENS.operator })).status).toBe(200);
  });

  test('with emergency access ends its use; a user who enters the name of another user does not end the sessions of that user', async () => {
    const oskar = await byToken(TOKENS.operator);
    const [one, other] = [await byBreakGlass('oskar'), await byBreakGlass('oskar')];
    const { body } = await end(one);
    expect(body).toMatchObject({ user: 'oskar (break-glass)', ended: 2 });
    expect(await statusesOf([one, other])).toEqual([401, 401]);
    expect(await statusOf(oskar)).toBe(200);
    const { body: overview } = await ask(api, 'GET', '/api/v1/overview', { token: TOKENS.viewer });
    expect(JSON.stringify(overview)).not.toContain('mergency access');
  });

  test('an admin ends the sessions of another user, a user without the role does not', async () => {
    const olga = await byProvider('olga');
    const adam = await byProvider('adam');
    const refused = await end(olga, 'adam@example.com');
    expect(refused.status).toBe(403);
    expect(refused.body).toHaveProperty('detail', containing('can end only its own sessions'));
    expect(await lastEntry()).toMatchObject({ entries: [{ action: 'sign-out-all', outcome: 'refused' }] });
    expect(await statusOf(adam)).toBe(200);

    const done = await end(adam, 'olga@example.com');
    expect(done.body).toMatchObject({ user: 'olga@example.com', continueAt: null });
    expect(done.headers.get('set-cookie')).toBeNull();
    expect(await statusesOf([olga, adam])).toEqual([401, 200]);
    expect((await end(adam, 'a user that never was')).body).toMatchObject({ ended: 0 });
  });

  test('the set of sessions of a user expires, and drops what has ended', async () => {
    const sets = async () => (await api.redis.keys('*:sessions:oidc:*')).sort();
    await byProvider('olga');
    for (const key of await sets()) expect(await api.redis.pttl(key)).toBeGreaterThan(0);
    api.advance(9 * HOUR);
    await byProvider('olga');
    await byProvider('adam');
    for (const key of await sets()) expect(await api.redis.zcard(key)).toBe(1);
  });
});

test('a role from the provider is trusted for signIn.oidc.life, even if signIn.life is longer', async () => {
  const [olga, oskar] = [await byProvider('olga'), await byToken(TOKENS.operator)];
  api.advance(7 * HOUR);
  expect(await statusesOf([olga, oskar])).toEqual([200, 200]);
  if (api.config.signIn.oidc) api.config.signIn.oidc.life = 6 * HOUR;
  expect(await statusesOf([olga, oskar])).toEqual([401, 200]);
  if (api.config.signIn.oidc) api.config.signIn.oidc.life = 8 * HOUR;
  expect(await statusOf(olga)).toBe(200);
  api.advance(HOUR);
  expect(await statusesOf([olga, oskar])).toEqual([401, 200]);
});
