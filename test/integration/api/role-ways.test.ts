import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hashPassword } from '../../../src/config/values/password-hash.js';
import { auditPage } from '../../../src/contract/resources/audit.js';
import { routes } from '../../../src/api/server/routes.js';
import {
  CLIENT_SECRET,
  openBrowser,
  signInAtProvider,
  startProvider,
  type TestProvider,
} from './identity.js';
import { ask, startApi, type TestApi, TOKENS } from './support.js';
import { BODIES, guarded, ROLES } from './walk.js';

const PASSWORD = 'correct horse battery staple';
const SESSION = '/api/v1/session';
/** Would end the session that requests all routes. sign-out-everywhere.test.ts tests it. */
const SIGN_OUT = 'DELETE /api/v1/sessions';
type Role = (typeof ROLES)[number];
type Headers = Record<string, string>;

let api: TestApi;
let provider: TestProvider;
/** Sessions by sign-in method and role, shared by all tests. */
const ways = new Map<string, Headers>();

const ourPage = (cookie: string): Headers => ({ Cookie: cookie, 'Sec-Fetch-Site': 'same-origin' });

async function sessionBy(path: string, body: unknown): Promise<Headers> {
  const { status, headers } = await ask(api, 'POST', path, { body });
  expect(status).toBe(201);
  return ourPage((headers.get('set-cookie') ?? '').split(';')[0] ?? '');
}

async function sessionFromProvider(login: string): Promise<Headers> {
  const browser = openBrowser();
  const callback = await signInAtProvider(browser, `${api.url}${SESSION}/oidc`, login);
  await browser.go(callback.href, { stopBefore: ({ pathname }) => !pathname.startsWith('/api/') });
  return ourPage(browser.cookies(api.url));
}

beforeAll(async () => {
  const hash = await hashPassword(PASSWORD);
  api = await startApi({
    top: async (url) => {
      provider = await startProvider(url, { viewer: ['v'], operator: ['o'], admin: ['a'] });
      return `
http: { publicUrl: '${url}' }
signIn:
  oidc:
    { issuer: ${provider.issuer}, clientId: recert, clientSecret: ${CLIENT_SECRET}, roles: { viewer: [v], operator: [o], admin: [a] } }
  breakGlass: { hash: '${hash}', role: operator }`;
    },
  });
  for (const role of ROLES) {
    ways.set(`token ${role}`, { Authorization: `Bearer ${TOKENS[role]}` });
    ways.set(`session ${role}`, await sessionBy(SESSION, { token: TOKENS[role] }));
    ways.set(`oidc ${role}`, await sessionFromProvider(role));
  }
  ways.set(
    'break-glass operator',
    await sessionBy(`${SESSION}/break-glass`, { name: 'Anna', password: PASSWORD }),
  );
});
afterAll(async () => {
  await api.close();
  await provider.stop();
});

const headersOf = (way: string, role: Role): Headers => ways.get(`${way} ${role}`) ?? {};

/**
 * Everything in Redis, except the audit log, sessions, tokens and live updates, which a refused request may write,
 * and the time of the last check for stalled jobs, which a BullMQ worker writes every 30 seconds.
 */
async function everythingElse(): Promise<string[]> {
  const keys = (await api.redis.keys('*'))
    .filter((key) => !/:(?:audit|session|tokens|live)|:stalled-check$/u.test(key))
    .sort();
  return Promise.all(keys.map(async (key) => `${key} ${(await api.redis.dumpBuffer(key)).toString('hex')}`));
}

async function trail() {
  const { body } = await ask(api, 'GET', '/api/v1/audit?limit=500', { token: TOKENS.viewer });
  return auditPage.parse(body).entries;
}

const everyWay = [
  ...['token', 'session', 'oidc'].flatMap((way) => ROLES.map((role) => ({ way, role }))),
  { way: 'break-glass', role: 'operator' as const },
];

describe.each(everyWay)('$role, by $way', ({ way, role }) => {
  const may = (needed: Role) => ROLES.indexOf(role) >= ROLES.indexOf(needed);
  test('can do everything that the role allows', async () => {
    for (const { name, method, path, needed } of guarded.filter(
      (one) => may(one.needed) && one.name !== SIGN_OUT,
    )) {
      const { status } = await ask(api, method, path, { headers: headersOf(way, role), body: BODIES[name] });
      expect([200, 201, 202, 404, 409, 502], `${name} needs ${needed}`).toContain(status);
    }
  });

  test('is refused everything else: refused actions are in the audit log, and nothing changed', async () => {
    const beyond = guarded.filter(({ needed }) => !may(needed));
    const [before, seen] = [await everythingElse(), await trail()];
    for (const { name, method, path } of beyond) {
      const { status, body } = await ask(api, method, path, {
        headers: { ...headersOf(way, role), 'Idempotency-Key': `walk-${way}-${role}` },
        body: BODIES[name],
      });
      expect(status, name).toBe(403);
      expect(body).toMatchObject({ type: 'urn:recert:problem:not-allowed' });
    }
    expect(await everythingElse()).toEqual(before);
    const acting = beyond.flatMap(({ name }) => {
      const route = routes.find((one) => `${one.method.toUpperCase()} ${one.path}` === name);
      return route?.acts ? [route.acts] : [];
    });
    const entries = (await trail()).slice(0, acting.length).reverse();
    expect((await trail()).length - seen.length).toBe(acting.length);
    expect(entries.map(({ action }) => action)).toEqual(acting);
    for (const entry of entries)
      expect(entry).toMatchObject({ role, via: way, outcome: 'refused', computers: 0, subjects: [] });
  });
});

test.each(guarded)('without sign-in: $name', async ({ method, path, name }) => {
  const before = await everythingElse();
  for (const headers of [{}, ourPage('recert=nobody-has-this-session-of-ours-at-all-ever')]) {
    const { status } = await ask(api, method, path, { headers, body: BODIES[name] });
    expect(status).toBe(401);
  }
  expect(await everythingElse()).toEqual(before);
});

test('a session does not act for another site, whatever its role is', async () => {
  for (const { name, method, path } of guarded.filter((one) => one.method !== 'GET'))
    for (const site of ['cross-site', 'same-site', 'none']) {
      const headers = { ...headersOf('oidc', 'admin'), 'Sec-Fetch-Site': site };
      const { status, body } = await ask(api, method, path, { headers, body: BODIES[name] });
      expect(status, `${name} from ${site}`).toBe(403);
      expect(body).toMatchObject({ type: 'urn:recert:problem:other-origin' });
    }
});
