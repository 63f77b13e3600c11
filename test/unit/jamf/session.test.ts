import { describe, expect, it } from 'vitest';
import { Secret } from '../../../src/config/values/secret.js';
import { connect, failureOf, START, toldOf } from './support/client.js';
import type { Reply, Seen } from './support/server.js';
import { OPEN } from '../../support/fence.js';

const TOKEN = 'POST /api/oauth/token';
const VERSION = 'GET /api/v1/jamf-pro-version';

/** Issues token-1, token-2, and so on, with the given lifetime in seconds. */
function tokens(expiresIn: number): () => Reply {
  let given = 0;
  return () => {
    given += 1;
    return {
      body: { access_token: `token-${given}`, token_type: 'Bearer', scope: 's', expires_in: expiresIn },
    };
  };
}

/** A call that succeeds, so that the client has a token. */
const PING = 'PUT /JSSResource/computergroups/id/9';

const carries = (seen: Seen | undefined) => seen?.headers.authorization;

describe('signing in with client credentials', () => {
  it('sends the form of RFC 6749 and uses the token from then on', async () => {
    const { jamf, server } = await connect({});
    await jamf.version();
    expect(Object.fromEntries(new URLSearchParams(server.of(TOKEN)[0]?.body))).toEqual({
      grant_type: 'client_credentials',
      client_id: 'recert',
      client_secret: 'canary-client-secret',
    });
    expect(server.of(TOKEN)[0]?.headers['content-type']).toBe('application/x-www-form-urlencoded');
    expect(carries(server.of(VERSION)[0])).toBe('Bearer token-1');
  });

  const V1 = 'POST /api/v1/oauth/token';
  const anyPath = { settings: { tokenPath: undefined } };
  const noEndpoint: [string, Reply][] = [
    ['404', { status: 404, body: { httpStatus: 404, errors: [] } }],
    ['401', { status: 401, body: { httpStatus: 401, errors: [{ code: 'INVALID_TOKEN' }] } }],
  ];

  it.each(['/api/v1/oauth/token', '/api/oauth/token'] as const)(
    'uses only %s if it is configured',
    async (tokenPath) => {
      const { jamf, server } = await connect({ [V1]: tokens(600) }, { settings: { tokenPath } });
      await jamf.version();
      expect(server.seen.filter(({ method }) => method === 'POST').map(({ path }) => path)).toEqual([
        tokenPath,
      ]);
    },
  );

  it('tries the path of the API description first', async () => {
    const { jamf, server } = await connect({ [V1]: tokens(600) }, anyPath);
    await jamf.version();
    expect([server.of(V1).length, server.of(TOKEN).length]).toEqual([1, 0]);
  });

  it.each(noEndpoint)(
    'tries the other path after a %s without a report, and remembers it',
    async (_, reply) => {
      const connected = await connect({ [V1]: reply, [TOKEN]: tokens(600) }, anyPath);
      const { jamf, server, clock } = connected;
      await jamf.version();
      expect([server.of(V1).length, server.of(TOKEN).length]).toEqual([1, 1]);
      expect(toldOf(connected, 'jamf.failed')).toEqual([]);
      clock.now += 600_000;
      await jamf.version();
      expect([server.of(V1).length, server.of(TOKEN).length]).toEqual([1, 2]);
    },
  );

  it('does not send rejected credentials to the other path', async () => {
    const refused = { status: 401, body: { error: 'invalid_client', error_description: 'no' } };
    const { jamf, server } = await connect({ [V1]: refused }, anyPath);
    expect(await failureOf(jamf.version())).toMatchObject({ status: 401, said: 'invalid_client: no' });
    expect([server.of(V1).length, server.of(TOKEN).length]).toEqual([1, 0]);
  });

  it.each(noEndpoint)('names tokenPath if both paths respond with %s', async (_, reply) => {
    const { jamf, server } = await connect({ [V1]: reply, [TOKEN]: reply }, anyPath);
    const { advice, retryable } = await failureOf(jamf.version());
    expect(advice).toContain('tokenPath of this instance');
    expect(retryable).toBe(false);
    expect([server.of(V1).length, server.of(TOKEN).length]).toEqual([1, 1]);
  });

  it('signs in once for twenty callers, and again when the token is about to expire', async () => {
    const { jamf, server, clock } = await connect({ [TOKEN]: tokens(600) });
    const twenty = () => Promise.all(Array.from({ length: 20 }, () => jamf.version()));
    await twenty();
    expect(server.of(TOKEN)).toHaveLength(1);
    clock.now += 539_000;
    await twenty();
    expect(server.of(TOKEN)).toHaveLength(1);
    clock.now += 2_000;
    await twenty();
    expect(server.of(TOKEN)).toHaveLength(2);
    expect(carries(server.of(VERSION).at(-1))).toBe('Bearer token-2');
  });

  it('renews a token of sixty seconds after forty-eight', async () => {
    const { jamf, server, clock } = await connect({ [TOKEN]: tokens(60) });
    await jamf.version();
    clock.now += 47_000;
    await jamf.version();
    expect(server.of(TOKEN)).toHaveLength(1);
    clock.now += 2_000;
    await jamf.version();
    expect(server.of(TOKEN)).toHaveLength(2);
  });

  it('continues with a valid token when Jamf Pro cannot issue the next one', async () => {
    const { jamf, server, clock } = await connect({ [TOKEN]: [tokens(600)(), { status: 503 }] });
    await jamf.version();
    clock.now += 550_000;
    await jamf.version();
    expect(carries(server.of(VERSION).at(-1))).toBe('Bearer token-1');
  });

  it('reports the error text of Jamf Pro when it refuses, and tries again only after a delay', async () => {
    const refusal = {
      status: 400,
      body: { error: 'invalid_client', error_description: 'nope', error_uri: 'x' },
    };
    const { jamf, server, clock } = await connect({ [TOKEN]: refusal });
    const errors = await Promise.all([jamf.version(), jamf.version()].map(failureOf));
    errors.push(await failureOf(jamf.version()));
    expect(server.of(TOKEN)).toHaveLength(1);
    expect(errors[2]).toMatchObject({
      instance: 'production',
      call: 'session.token',
      status: 400,
      said: 'invalid_client: nope',
      retryable: false,
    });
    expect(errors[2]?.message).toContain('Check the credentials of this instance');
    clock.now += 5_001;
    await failureOf(jamf.version());
    expect(server.of(TOKEN)).toHaveLength(2);
  });

  it('rejects a response without a token', async () => {
    const { jamf } = await connect({ [TOKEN]: { body: { token_type: 'Bearer' } } });
    expect((await failureOf(jamf.version())).message).toContain('no access_token');
  });
});

describe('a token that Jamf rejects after its first minute', () => {
  const refusing = (bad: string) => (seen: Seen) =>
    seen.headers.authorization === `Bearer ${bad}`
      ? {
          status: 401,
          body: { httpStatus: 401, errors: [{ code: 'INVALID_TOKEN', description: 'no', field: '' }] },
        }
      : { body: { version: '11.30.1' } };

  it('is replaced once for twenty callers, each of which repeats its call once', async () => {
    const { jamf, server, clock } = await connect({
      [TOKEN]: tokens(600),
      [VERSION]: refusing('token-1'),
      [PING]: { status: 201 },
    });
    await jamf.addToGroup('9', ['1'], OPEN);
    clock.now += 60_000;
    await Promise.all(Array.from({ length: 20 }, () => jamf.version()));
    expect(server.of(TOKEN)).toHaveLength(2);
  });

  it('is replaced for a write too: a write answered with 401 was not applied', async () => {
    const group = 'PUT /JSSResource/computergroups/id/5';
    const { jamf, server, clock } = await connect({
      [TOKEN]: tokens(600),
      [PING]: { status: 201 },
      [group]: [{ status: 401 }, { status: 201 }],
    });
    await jamf.addToGroup('9', ['1'], OPEN);
    clock.now += 60_000;
    await jamf.addToGroup('5', ['6'], OPEN);
    expect(server.of(group).map(carries)).toEqual(['Bearer token-1', 'Bearer token-2']);
  });

  it('fails the call when the new one is refused as well', async () => {
    const connected = await connect({
      [TOKEN]: tokens(600),
      [VERSION]: { status: 401, body: { errors: [] } },
    });
    const error = await failureOf(connected.jamf.version());
    expect(error).toMatchObject({ status: 401, call: 'server.version', retryable: true });
    expect(connected.server.of(TOKEN)).toHaveLength(2);
    expect(toldOf(connected, 'jamf.failed')).toHaveLength(1);
  });
});

describe('signing in with a user account', () => {
  const USER = 'POST /api/v1/auth/token';
  const settings = { auth: { username: 'ädmin', password: new Secret('canary-password') } };
  const until = (at: number, date?: number): Reply => ({
    body: { token: 'user-token', expires: new Date(at).toISOString() },
    ...(date === undefined ? {} : { headers: { date: new Date(date).toUTCString() } }),
  });

  it('sends name and password once and uses the token', async () => {
    const { jamf, server } = await connect({ [USER]: until(START + 1_200_000, START) }, { settings });
    await Promise.all([jamf.version(), jamf.version()]);
    expect(server.of(USER)).toHaveLength(1);
    const basic = Buffer.from('ädmin:canary-password', 'utf8').toString('base64');
    expect(carries(server.of(USER)[0])).toBe(`Basic ${basic}`);
    expect(carries(server.of(VERSION)[0])).toBe('Bearer user-token');
  });

  it('computes the lifetime with the clock of the server, which may be an hour off', async () => {
    const anHour = 3_600_000;
    const reply = until(START - anHour + 1_200_000, START - anHour);
    const { jamf, server, clock } = await connect({ [USER]: reply }, { settings });
    await jamf.version();
    clock.now += 1_100_000;
    await jamf.version();
    expect(server.of(USER)).toHaveLength(1);
    clock.now += 50_000;
    await jamf.version();
    expect(server.of(USER)).toHaveLength(2);
  });
});
