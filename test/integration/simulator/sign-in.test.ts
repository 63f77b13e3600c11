import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLIENT, createCaller, startTestSimulator, type TestSimulator } from '../support/jamf-caller.js';

interface OauthToken {
  access_token: string;
  token_type: string;
  scope: string;
  expires_in: number;
}
interface UserToken {
  token: string;
  expires: string;
}
interface Failure {
  httpStatus: number;
  errors: { code: string; description: string }[];
}

let simulator: TestSimulator;
beforeAll(async () => {
  simulator = await startTestSimulator({
    fleet: { computers: 5, due: 0 },
    http: {
      clients: [
        { ...CLIENT },
        { id: 'short', secret: 's', tokenLifetime: '60s' },
        { id: 'poor', secret: 's', privileges: ['Read Computers'] },
        { id: 'off', secret: 's', enabled: false },
      ],
      users: [{ username: 'ada', password: 'pass:word' }],
      userTokenLifetime: '20m',
    },
  });
});
afterAll(() => simulator.close());

const form = (over: Record<string, string> = {}) => ({
  grant_type: 'client_credentials',
  client_id: CLIENT.id,
  client_secret: CLIENT.secret,
  ...over,
});
const bearer = (token: string) => createCaller(simulator.url, { Authorization: `Bearer ${token}` });

describe('client credentials', () => {
  it.each(['/api/oauth/token', '/api/v1/oauth/token'])('%s gives a token for both APIs', async (path) => {
    const answer = await simulator.anonymous('POST', path, { form: form() });
    expect(answer.status).toBe(200);
    const token = answer.json() as OauthToken;
    expect(token).toMatchObject({ token_type: 'Bearer', scope: 'api-role:1', expires_in: 1199 });
    const call = bearer(token.access_token);
    expect((await call('GET', '/api/v1/jamf-pro-version')).status).toBe(200);
    expect((await call('GET', '/JSSResource/computergroups')).status).toBe(200);
  });

  it.each([
    ['a wrong secret', form({ client_secret: 'x' }), 401, 'invalid_client'],
    ['an unknown client', form({ client_id: 'x' }), 401, 'invalid_client'],
    ['a disabled client', form({ client_id: 'off', client_secret: 's' }), 401, 'invalid_client'],
    ['another grant', form({ grant_type: 'password' }), 400, 'unsupported_grant_type'],
    ['no grant', { client_id: CLIENT.id }, 400, 'invalid_request'],
  ])('refuses %s as RFC 6749 says', async (_what, body, status, error) => {
    const answer = await simulator.anonymous('POST', '/api/oauth/token', { form: body });
    expect(answer.status).toBe(status);
    expect(answer.json()).toMatchObject({ error, error_uri: expect.any(String) as string });
  });

  it('is served at the paths of the options only', async () => {
    const one = await startTestSimulator({
      fleet: { computers: 1, due: 0 },
      http: { tokenPaths: ['/api/oauth/token'] },
    });
    try {
      expect((await one.anonymous('POST', '/api/v1/oauth/token', { form: form() })).status).toBe(401);
      expect((await one.anonymous('POST', '/api/oauth/token', { form: form() })).status).toBe(200);
    } finally {
      await one.close();
    }
  });

  it('refuses JSON in place of a form', async () => {
    const answer = await simulator.anonymous('POST', '/api/oauth/token', { json: form() });
    expect(answer.status).toBe(400);
    expect(answer.json()).toMatchObject({ error: 'invalid_request' });
  });

  it('ends with its lifetime: JSON from the Jamf Pro API, a page from Classic', async () => {
    const call = await simulator.signIn('short', 's');
    expect((await call('GET', '/api/v1/jamf-pro-version')).status).toBe(200);
    await simulator.control('POST', '/time', { json: { advance: '60s' } });
    const pro = await call('GET', '/api/v1/jamf-pro-version');
    expect(pro.status).toBe(401);
    expect((pro.json() as Failure).errors[0]?.code).toBe('INVALID_TOKEN');
    const classic = await call('GET', '/JSSResource/computergroups', {
      headers: { Accept: 'application/json' },
    });
    expect(classic.status).toBe(401);
    expect(classic.headers.get('content-type')).toContain('text/html');
    expect(classic.text).toContain('INVALID_TOKEN');
  });
});

describe('the description of the API', () => {
  it('needs no sign-in, and names the version and every operation', async () => {
    const schema = (await simulator.anonymous('GET', '/api/schema')).json();
    const version = (await (await simulator.signIn('short', 's'))('GET', '/api/v1/jamf-pro-version')).json();
    expect(schema).toMatchObject({
      openapi: '3.0.1',
      info: version as object,
      servers: [{ url: '/api' }],
      paths: {
        '/v1/oauth/token': { post: {} },
        '/auth': { get: {} },
        '/v4/computers-inventory/{id}': { get: {}, delete: {} },
        '/v2/mdm/commands': { get: {}, post: {} },
      },
    });
    expect((await simulator.anonymous('GET', '/api/v1/jamf-pro-version')).status).toBe(401);
  });
});

describe('bearer tokens of users', () => {
  const basic = (credentials: string) => ({
    headers: { Authorization: `Basic ${Buffer.from(credentials).toString('base64')}` },
  });

  it('are given for Basic, kept alive under a new name, and made invalid', async () => {
    const signedIn = await simulator.anonymous('POST', '/api/v1/auth/token', basic('ada:pass:word'));
    const first = signedIn.json() as UserToken;
    expect(Date.parse(first.expires)).toBe(simulator.world.clock.now() + 20 * 60_000);
    const kept = await bearer(first.token)('POST', '/api/v1/auth/keep-alive');
    const second = kept.json() as UserToken;
    expect((await bearer(first.token)('GET', '/api/v1/auth')).status).toBe(401);
    const me = (await bearer(second.token)('GET', '/api/v1/auth')).json();
    expect((await bearer(second.token)('GET', '/api/auth')).json()).toEqual(me);
    expect(me).toMatchObject({ account: { username: 'ada' }, authenticationType: 'JSS' });
    expect((await bearer(second.token)('POST', '/api/v1/auth/invalidate-token')).status).toBe(204);
    expect((await bearer(second.token)('GET', '/api/v1/auth')).status).toBe(401);
  });

  it.each(['ada:wrong', 'bob:pass:word'])('are refused for %s', async (credentials) => {
    const answer = await simulator.anonymous('POST', '/api/v1/auth/token', basic(credentials));
    expect(answer.status).toBe(401);
  });

  it.each(['/api/v4/computers-inventory', '/JSSResource/computergroups'])(
    'are needed: Basic straight to %s is refused',
    async (path) => {
      expect((await simulator.anonymous('GET', path, basic('ada:pass:word'))).status).toBe(401);
      expect((await simulator.anonymous('GET', path)).status).toBe(401);
    },
  );
});

describe('privileges', () => {
  it.each([
    ['GET', '/api/v2/mdm/commands', 'View MDM command information in Jamf Pro API'],
    ['GET', '/api/v3/computer-groups/static-groups', 'Read Static Computer Groups'],
    ['POST', '/api/v1/mdm/renew-profile', 'Send Command to Renew MDM Profile'],
    ['GET', '/JSSResource/osxconfigurationprofiles', 'Read macOS Configuration Profiles'],
    ['PUT', '/JSSResource/osxconfigurationprofiles/id/1', 'Update macOS Configuration Profiles'],
    ['PUT', '/JSSResource/webhooks/id/1', 'Update Webhooks'],
    ['DELETE', '/JSSResource/commandflush/computers/id/1/status/Failed', 'Flush MDM Commands'],
  ])('%s %s needs %s and says so', async (method, path, privilege) => {
    const call = await simulator.signIn('poor', 's');
    const answer = await call(method, path);
    expect(answer.status).toBe(403);
    expect(answer.text).toContain(privilege);
    expect((await call('GET', '/api/v4/computers-inventory')).status).toBe(200);
  });

  it('of a group depend on its kind', async () => {
    const { world } = simulator;
    const smart = world.groups.createSmart({ name: 'smart one', criteria: [] });
    const call = await simulator.signIn('poor', 's');
    const answer = await call('GET', `/JSSResource/computergroups/id/${smart.id}`);
    expect(answer.text).toContain('Read Smart Computer Groups');
  });
});
