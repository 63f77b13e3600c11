import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { routes } from '../../../src/api/server/routes.js';
import { ask, containing, matching, startApi, type TestApi, TOKENS } from './support.js';
import { BODIES, guarded, operations, ROLES } from './walk.js';

describe('permissions by role', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startApi();
  });
  afterAll(() => api.close());

  test('the document lists every route, and only signing in and out are open', () => {
    expect(operations).toHaveLength(routes.length);
    expect(operations.filter(({ needed }) => needed === null).map(({ name }) => name)).toEqual([
      'GET /api/v1/session/ways',
      'POST /api/v1/session',
      'DELETE /api/v1/session',
      'POST /api/v1/session/break-glass',
      'GET /api/v1/session/oidc',
      'GET /api/v1/session/oidc/callback',
    ]);
  });

  test('every acting route requires the role operator', () => {
    // Signing out changes nothing in the fleet.
    const acting = guarded.filter(
      ({ method, name }) => method !== 'GET' && name !== 'DELETE /api/v1/sessions',
    );
    expect(acting.length).toBeGreaterThan(4);
    expect(acting.map(({ needed }) => needed)).not.toContain('viewer');
  });

  test.each(guarded)('$name without a token', async ({ method, path, name }) => {
    const { status, body, headers } = await ask(api, method, path, { body: BODIES[name] });
    expect(status).toBe(401);
    expect(headers.get('www-authenticate')).toMatch(/^Bearer/);
    expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(body).toMatchObject({ status: 401, type: 'urn:recert:problem:not-authenticated' });
    expect(body).toHaveProperty('detail', containing('recert tokens create'));
  });

  test.each(guarded.flatMap((operation) => ROLES.map((role) => ({ ...operation, role }))))(
    '$name as $role, needs $needed',
    async ({ method, path, name, role, needed }) => {
      const { status } = await ask(api, method, path, { token: TOKENS[role], body: BODIES[name] });
      const may = ROLES.indexOf(role) >= ROLES.indexOf(needed);
      expect(may ? [200, 201, 202, 404] : [403]).toContain(status);
    },
  );

  test('every acting route has an action name in the audit log', () => {
    const acting = routes.filter(({ method, role }) => method !== 'get' && role !== null);
    expect(acting.filter(({ acts }) => acts === null).map(({ path }) => path)).toEqual([]);
  });

  test('a refused action of a viewer is recorded in the audit log; reading is not', async () => {
    const reason = 'nobody-shall-read-this';
    await ask(api, 'POST', '/api/v1/pause', { token: TOKENS.viewer, body: { reason, odd: 1 } });
    const trail = await ask(api, 'GET', '/api/v1/audit?limit=1', { token: TOKENS.viewer });
    expect(trail.body).toMatchObject({
      entries: [
        { who: 'vera', role: 'viewer', action: 'pause', outcome: 'refused', computers: 0, subjects: [] },
      ],
    });
    expect(trail.body).toHaveProperty('entries.0.result', containing('this requires the operator role'));
    expect(JSON.stringify(trail.body)).not.toContain(reason);
    expect((await ask(api, 'GET', '/api/v1/overview', { token: TOKENS.operator })).status).toBe(200);
    const after = await ask(api, 'GET', '/api/v1/audit?limit=1', { token: TOKENS.viewer });
    expect(after.body).toEqual(trail.body);
  });

  test('a viewer who tries to act is told the required role', async () => {
    const { status, body } = await ask(api, 'POST', '/api/v1/pause', {
      token: TOKENS.viewer,
      body: { reason: 'everything is on fire' },
    });
    expect(status).toBe(403);
    expect(body).toMatchObject({
      type: 'urn:recert:problem:not-allowed',
      detail: matching(/^Permission denied: this requires the operator role; vera has the viewer role\./),
    });
  });

  test('refuses an unknown token, an expired token and an invalid header', async () => {
    const unknown = await ask(api, 'GET', '/api/v1/overview', { token: 'recert_nobody' });
    expect(unknown.status).toBe(401);
    expect(unknown.body).toHaveProperty('detail', containing('Unknown or revoked token'));
    const expired = await ask(api, 'GET', '/api/v1/overview', { token: TOKENS.expired });
    expect(expired.body).toHaveProperty(
      'detail',
      containing('The token of old expired after 2020-01-31 (UTC)'),
    );
    const odd = await ask(api, 'GET', '/api/v1/overview', { headers: { Authorization: 'Basic eDp5' } });
    expect(odd.body).toHaveProperty('detail', containing('Expected "Bearer <token>"'));
  });

  test('refusals are reported to operators without the token', () => {
    const refused = api.told.filter(({ kind }) => kind === 'api.refused');
    expect(refused.length).toBeGreaterThan(10);
    expect(JSON.stringify(api.told)).not.toContain('recert_');
  });
});

test('failed sign-ins from one address are limited, and a valid token is not', async () => {
  const api = await startApi({ fleet: false });
  try {
    const statuses = [];
    for (let tries = 0; tries < 25; tries += 1)
      statuses.push((await ask(api, 'GET', '/api/v1/overview', { token: `recert_guess${tries}` })).status);
    expect(statuses.slice(0, 20)).toEqual(Array.from({ length: 20 }, () => 401));
    expect(statuses.slice(20)).toEqual([429, 429, 429, 429, 429]);
    const last = await ask(api, 'POST', '/api/v1/session', { body: { token: 'recert_guess' } });
    expect(last.status).toBe(429);
    expect(last.headers.get('retry-after')).toBe('60');
    expect((await ask(api, 'GET', '/api/v1/overview', { token: TOKENS.viewer })).status).toBe(200);
  } finally {
    await api.close();
  }
});
