import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { auditPage } from '../../../src/contract/resources/audit.js';
import { routes } from '../../../src/api/server/routes.js';
import { overview } from '../../../src/contract/resources/overview.js';
import { redistributeAnswer, redistributionPage } from '../../../src/contract/resources/redistribution.js';
import { tokenIssued, tokenList } from '../../../src/contract/resources/tokens.js';
import { joined, listen } from './event-stream.js';
import { ask, containing, startApi, type TestApi, TOKENS } from './support.js';

const TOKEN_PATH = '/api/v1/tokens';
const SECOND = `
  staging:
    url: https://staging.example.com
    auth: { clientId: recert, clientSecret: x }
    webhooks: { authentication: { type: header, headers: { X-Api-Key: abcdefghijklmnop } } }
    profiles: {}
`;

let api: TestApi;
beforeAll(async () => {
  api = await startApi({ more: SECOND });
});
afterAll(() => api.close());

const expires = '2999-12-31';

async function issue(body: Record<string, unknown>, token: string = TOKENS.admin) {
  const answer = await ask(api, 'POST', TOKEN_PATH, { token, body: { name: 'ci', expires, ...body } });
  return { ...answer, issued: tokenIssued.safeParse(answer.body).data };
}

async function secretOf(body: Record<string, unknown>): Promise<string> {
  const { issued } = await issue(body);
  if (!issued) throw new Error('no token was made');
  return issued.secret;
}

async function list() {
  const { body } = await ask(api, 'GET', TOKEN_PATH, { token: TOKENS.admin });
  return tokenList.parse(body).tokens;
}

test('an admin creates a token: it is shown once, has its role, is not in Redis, and can be revoked at once', async () => {
  const { status, issued } = await issue({ role: 'viewer' });
  expect(status).toBe(201);
  const secret = issued?.secret ?? '';
  expect(secret).toMatch(/^recert_[\w-]{43}$/u);
  expect((await ask(api, 'GET', '/api/v1/overview', { token: secret })).status).toBe(200);
  expect(
    (await ask(api, 'POST', '/api/v1/pause', { token: secret, body: { reason: 'may not' } })).status,
  ).toBe(403);

  const kept = await api.redis.hgetall('{recert}:tokens');
  expect(Object.keys(kept)).toHaveLength(1);
  expect(JSON.stringify([kept, await list(), api.told])).not.toContain(secret);

  const { headers } = await ask(api, 'POST', '/api/v1/session', { body: { token: secret } });
  const cookie = {
    Cookie: (headers.get('set-cookie') ?? '').split(';')[0] ?? '',
    'Sec-Fetch-Site': 'same-origin',
  };
  const live = await listen(api, cookie);
  await joined(live);
  const revoked = await ask(api, 'DELETE', `${TOKEN_PATH}/${issued?.token.id}`, { token: TOKENS.admin });
  expect(revoked.body).toMatchObject({ revoked: true, name: 'ci' });
  await live.ended;
  expect((await ask(api, 'GET', '/api/v1/overview', { token: secret })).status).toBe(401);
  expect((await ask(api, 'GET', '/api/v1/session', { headers: cookie })).status).toBe(401);
  const { body } = await ask(api, 'GET', '/api/v1/audit', { token: TOKENS.viewer });
  expect(auditPage.parse(body).entries.map(({ action, who, outcome }) => [action, who, outcome])).toEqual(
    expect.arrayContaining([
      ['token-revoke', 'ada', 'done'],
      ['token-issue', 'ada', 'done'],
    ]),
  );
});

test('the list shows who created a token, until when it is valid, and when it was last used', async () => {
  const secret = await secretOf({ role: 'operator', name: 'night shift', expires: '2999-01-31' });
  const at = api.now();
  await ask(api, 'GET', '/api/v1/overview', { token: secret });
  await expect
    .poll(async () => (await list()).find(({ name }) => name === 'night shift')?.lastUsedAt)
    .toBe(at);
  expect(await list()).toEqual(
    expect.arrayContaining([
      expect.objectContaining({
        name: 'night shift',
        role: 'operator',
        instances: null,
        expires: '2999-01-31',
        source: 'issued',
        createdBy: 'ada',
      }),
      expect.objectContaining({ name: 'old', source: 'configuration', expired: true, createdBy: null }),
    ]),
  );
});

test('an expired token is refused with that reason, and a token with a past date is not created', async () => {
  const day = new Date(api.now()).toISOString().slice(0, 10);
  const secret = await secretOf({ role: 'viewer', expires: day });
  expect((await issue({ role: 'viewer', expires: '2020-01-01' })).status).toBe(400);
  api.advance(86_400_000);
  const { status, body } = await ask(api, 'GET', '/api/v1/overview', { token: secret });
  expect(status).toBe(401);
  expect(body).toHaveProperty('detail', containing(`The token of ci expired after ${day}`));
});

test('a configured token cannot be revoked here, and an unknown token is not found', async () => {
  const vera = (await list()).find(({ name }) => name === 'vera');
  const refused = await ask(api, 'DELETE', `${TOKEN_PATH}/${vera?.id}`, { token: TOKENS.admin });
  expect(refused.body).toMatchObject({ status: 409, detail: containing('is defined in the configuration') });
  expect((await ask(api, 'DELETE', `${TOKEN_PATH}/abc`, { token: TOKENS.admin })).status).toBe(404);
  expect((await issue({ role: 'viewer', instances: ['moon'] })).status).toBe(404);
});

describe('a token for a single Jamf Pro server', () => {
  let token: string;
  beforeAll(async () => {
    token = await secretOf({ role: 'admin', name: 'staging only', instances: ['staging'] });
  });

  test('shows that server and no other', async () => {
    const { body } = await ask(api, 'GET', '/api/v1/overview', { token });
    expect(overview.parse(body).instances.map(({ name }) => name)).toEqual(['staging']);
    const naming = routes.filter(({ method, query }) => method === 'get' && 'instance' in query.shape);
    expect(naming.length).toBeGreaterThan(8);
    for (const { path } of naming) {
      const one = path.replace('{id}', path.includes('/events/') ? '1-1' : '12');
      const { status, body } = await ask(api, 'GET', `${one}?instance=prod`, { token });
      expect(status, path).toBe(404);
      expect(body, path).toHaveProperty('detail', containing('No Jamf Pro server named prod'));
    }
    expect((await ask(api, 'GET', '/api/v1/computers', { token })).status).toBe(200);
  });

  test('can neither read nor cancel objects of another server by ID, and requests nothing there', async () => {
    const reason = 'of another server';
    const post = (path: string, body: object, as: string) => ask(api, 'POST', path, { token: as, body });
    const made = await post(
      '/api/v1/redistributions',
      { reason, instance: 'prod', filter: { text: 'mac-1' } },
      TOKENS.operator,
    );
    const { batch } = redistributeAnswer.parse(made.body);
    const opened = async () => {
      const query = `instance=prod&batch=${batch?.id ?? ''}`;
      const { body } = await ask(api, 'GET', `/api/v1/redistributions?${query}`, { token: TOKENS.viewer });
      return redistributionPage.parse(body).redistributions[0]?.id;
    };
    await expect.poll(opened).toBeDefined();
    for (const path of [
      `/api/v1/batches/${batch?.id ?? ''}`,
      `/api/v1/redistributions/${(await opened()) ?? ''}`,
    ]) {
      expect((await ask(api, 'GET', path, { token: TOKENS.viewer })).status).toBe(200);
      expect((await ask(api, 'GET', path, { token })).status).toBe(404);
      expect((await post(`${path}/cancel`, { reason }, token)).status).toBe(404);
    }
    for (const [path, body] of [
      ['/api/v1/redistributions', { reason, computers: [{ id: '2' }] }],
      ['/api/v1/computers/2/look', {}],
      ['/api/v1/sweep', {}],
      ['/api/v1/events/replay', { reason, outcome: 'hint' }],
      ['/api/v1/events/1-1/replay', { reason }],
    ] as const)
      expect((await post(path, { ...body, instance: 'prod' }, token)).status, path).toBe(404);
  });

  test('acts on that one alone, also when it says "all"', async () => {
    const reason = 'only ours, please';
    const paused = await ask(api, 'POST', '/api/v1/pause', { token, body: { reason } });
    expect(paused.body).toMatchObject({ instances: [{ instance: 'staging', changed: true }] });
    const other = await ask(api, 'POST', '/api/v1/pause', { token, body: { reason, instance: 'prod' } });
    expect(other.status).toBe(404);
    const { body } = await ask(api, 'GET', '/api/v1/overview', { token: TOKENS.viewer });
    expect(overview.parse(body).instances.map(({ paused: one }) => one !== null)).toEqual([false, true]);
  });

  test('hears, reads and opens nothing of the others', async () => {
    const live = await listen(api, { Authorization: `Bearer ${token}` });
    await expect.poll(() => live.heard.length).toBeGreaterThan(0);
    api.telemetry.emit('fleet.retired', { instance: 'prod', computers: 1 });
    api.telemetry.emit('fleet.retired', { instance: 'staging', computers: 1 });
    await expect
      .poll(() => JSON.stringify(live.heard))
      .toContain('{"topic":"computers","instance":"staging"}');
    live.leave();
    expect(JSON.stringify(live.heard)).not.toContain('prod');
    await ask(api, 'POST', '/api/v1/sweep', { token: TOKENS.operator, body: { instance: 'prod' } });
    const trail = await ask(api, 'GET', '/api/v1/audit', { token });
    expect(auditPage.parse(trail.body).entries.filter(({ instance }) => instance !== 'staging')).toEqual([]);
    expect((await ask(api, 'GET', '/queues/', { token })).status).toBe(403);
  });

  test('cannot create a token for all servers', async () => {
    const { status, body } = await ask(api, 'POST', TOKEN_PATH, {
      token,
      body: { name: 'more', role: 'admin', expires },
    });
    expect(status).toBe(403);
    expect(body).toHaveProperty('detail', containing('has access to staging only'));
    expect((await ask(api, 'GET', TOKEN_PATH, { token })).status).toBe(403);
  });
});
