import { describe, expect, it } from 'vitest';
import { connect, failureOf, toldOf } from './support/client.js';
import { OPEN } from '../../support/fence.js';

const VERSION = 'GET /api/v1/jamf-pro-version';
const GROUP = 'PUT /JSSResource/computergroups/id/5';
const PUSH = 'POST /api/v2/mdm/blank-push';
const GOOD = { body: { version: '11.30.1' } };
const HTML = '<html><head><title>Jamf Pro Login</title></head><body>who are you?</body></html>';

describe('a read', () => {
  it.each([500, 502, 503, 504, 408])('is retried after %i', async (status) => {
    const connected = await connect({
      [VERSION]: [{ status, body: { httpStatus: status, errors: [] } }, GOOD],
    });
    await expect(connected.jamf.version()).resolves.toBe('11.30.1');
    expect(connected.clock.waits).toEqual([375]);
    expect(toldOf(connected, 'jamf.retry')).toMatchObject([
      { call: 'server.version', status: String(status) },
    ]);
  });

  it('fails after four attempts, with increasing waits', async () => {
    const { jamf, server, clock } = await connect({
      [VERSION]: { status: 500, body: { httpStatus: 500, errors: [] } },
    });
    const error = await failureOf(jamf.version());
    expect(error).toMatchObject({ status: 500, said: '', retryable: true, inDoubt: false });
    expect(server.of(VERSION)).toHaveLength(4);
    expect(clock.waits).toEqual([375, 750, 1500]);
  });

  it('is retried if the body is truncated', async () => {
    const { jamf, server } = await connect({ [VERSION]: [{ ...GOOD, half: true }, GOOD] });
    await expect(jamf.version()).resolves.toBe('11.30.1');
    expect(server.of(VERSION)).toHaveLength(2);
  });

  it('is retried if the connection is cut', async () => {
    const { jamf } = await connect({ [VERSION]: [{ cut: true }, GOOD] });
    await expect(jamf.version()).resolves.toBe('11.30.1');
  });

  it('is retried if HTML arrives instead of JSON, and the error names the page', async () => {
    const { jamf, server } = await connect({ [VERSION]: { body: HTML } });
    const error = await failureOf(jamf.version());
    expect(server.of(VERSION)).toHaveLength(4);
    expect(error.message).toBe(
      'production: server.version returned a response that is not JSON (a page titled "Jamf Pro Login"). ' +
        'A proxy or a login page may have responded in place of Jamf Pro. Check the url of this instance.',
    );
  });

  it('parses JSON regardless of the content type', async () => {
    const { jamf } = await connect({
      [VERSION]: { ...GOOD, headers: { 'content-type': 'text/plain;charset=UTF-8' } },
    });
    await expect(jamf.version()).resolves.toBe('11.30.1');
  });

  it('is retried exactly once after a timeout', async () => {
    const { jamf, server } = await connect({ [VERSION]: { hang: true } }, { settings: { timeout: 80 } });
    const error = await failureOf(jamf.version());
    expect(error.message).toContain('server.version did not answer within 80ms');
    expect(error).toMatchObject({ status: null, retryable: true });
    expect(server.of(VERSION)).toHaveLength(2);
  });

  it('is not retried if it is rejected', async () => {
    const body = {
      httpStatus: 403,
      errors: [{ code: 'INVALID_PRIVILEGE', field: '', description: 'Forbidden' }],
    };
    const route = 'GET /api/v4/computers-inventory';
    const { jamf, server } = await connect({ [route]: { status: 403, body } });
    const error = await failureOf(jamf.readComputers(['6']));
    expect(server.of(route)).toHaveLength(1);
    expect(error.message).toBe(
      'production: computers.read answered 403 (INVALID_PRIVILEGE: Forbidden). ' +
        'Add the privilege "Read Computers" to the API role; it takes effect with the next token.',
    );
  });

  it('does not follow redirects, which could send the token to another host', async () => {
    const { jamf, server } = await connect({
      [VERSION]: { status: 302, headers: { location: '/elsewhere' } },
    });
    const error = await failureOf(jamf.version());
    expect(error.advice).toContain('Check the url of this instance');
    expect(server.seen.map(({ path }) => path)).not.toContain('/elsewhere');
  });

  it('names the connection error', async () => {
    const { jamf, server } = await connect({}, { tuning: { attempts: 1 } });
    await server.close();
    const error = await failureOf(jamf.version());
    expect(error.message).toContain('session.token could not connect (ECONNREFUSED)');
    expect(error).toMatchObject({ retryable: true, inDoubt: false });
  });
});

describe('a write', () => {
  it.each([500, 502, 503, 504, 408])(
    'is never retried after %i, because it may have been applied',
    async (status) => {
      const { jamf, server } = await connect({ [GROUP]: { status } });
      const error = await failureOf(jamf.addToGroup('5', ['6'], OPEN));
      expect(server.of(GROUP)).toHaveLength(1);
      expect(error).toMatchObject({ status, inDoubt: true, retryable: true });
      expect(error.advice).toContain('Jamf Pro may have applied the change');
    },
  );

  it.each([
    ['cut', { cut: true } as const],
    ['left hanging', { hang: true } as const],
  ])('is never retried if the connection is %s', async (_, reply) => {
    const { jamf, server } = await connect({ [GROUP]: reply }, { settings: { timeout: 80 } });
    expect(await failureOf(jamf.addToGroup('5', ['6'], OPEN))).toMatchObject({ inDoubt: true, status: null });
    expect(server.of(GROUP)).toHaveLength(1);
  });

  it('is never retried if the response is unexpected', async () => {
    const { jamf, server } = await connect({ [PUSH]: { body: HTML } });
    expect(await failureOf(jamf.blankPush(['a'], OPEN))).toMatchObject({ inDoubt: true });
    expect(server.of(PUSH)).toHaveLength(1);
  });

  it('is retried after 429, because it was not applied', async () => {
    const { jamf, server } = await connect({ [GROUP]: [{ status: 429 }, { status: 201 }] });
    await jamf.addToGroup('5', ['6'], OPEN);
    expect(server.of(GROUP)).toHaveLength(2);
  });

  it('is retried if it certainly did not reach the server', async () => {
    const { jamf, server, clock } = await connect({}, { tuning: { attempts: 3 } });
    await jamf.version();
    await server.close();
    const error = await failureOf(jamf.addToGroup('5', ['6'], OPEN));
    expect(clock.waits).toHaveLength(2);
    expect(error).toMatchObject({ inDoubt: false, retryable: true, call: 'groups.add' });
  });

  it('uses a new connection, because an idle one may be closing', async () => {
    const { jamf, server } = await connect({ [GROUP]: { status: 201 } });
    await jamf.version();
    await jamf.addToGroup('5', ['6'], OPEN);
    expect(server.of(VERSION)[0]?.headers.connection).toBe('keep-alive');
    expect(server.of(GROUP)[0]?.headers.connection).toBe('close');
  });
});

describe('a wait that Jamf Pro requests', () => {
  it('applies to all calls', async () => {
    const connected = await connect({
      [VERSION]: [{ status: 429, headers: { 'retry-after': '7' } }, GOOD],
      [GROUP]: { status: 201 },
    });
    const { jamf, clock } = connected;
    const startedAt = clock.now;
    await jamf.version();
    expect(clock.now - startedAt).toBeGreaterThanOrEqual(7_000);
    expect(toldOf(connected, 'jamf.held')).toEqual([{ instance: 'production', durationMs: 7_000 }]);
  });

  it('may be a date', async () => {
    const { jamf, clock } = await connect({
      [VERSION]: [
        {
          status: 503,
          headers: { date: 'Mon, 23 Nov 2026 10:00:00 GMT', 'retry-after': 'Mon, 23 Nov 2026 10:00:09 GMT' },
        },
        GOOD,
      ],
    });
    const startedAt = clock.now;
    await jamf.version();
    expect(clock.now - startedAt).toBeGreaterThanOrEqual(9_000);
    expect(clock.now - startedAt).toBeLessThan(10_000);
  });

  it('fails the call if it is too long', async () => {
    const { jamf, clock } = await connect({ [VERSION]: { status: 429, headers: { 'retry-after': '3600' } } });
    const error = await failureOf(jamf.version());
    expect(error).toMatchObject({ status: 429, retryable: true, retryAfterMs: 3_600_000 });
    expect(clock.waits).toEqual([]);
  });

  it('applies to the next call if the rate limit is used up', async () => {
    const limited = { ...GOOD, headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '2' } };
    const { jamf, clock } = await connect({ [VERSION]: [limited, GOOD] });
    await jamf.version();
    expect(clock.waits).toEqual([]);
    await jamf.version();
    expect(clock.waits).toEqual([2_000]);
  });
});

describe('the connection limit', () => {
  it('applies to twenty concurrent callers', async () => {
    const slow = () => new Promise<typeof GOOD>((resolve) => setTimeout(resolve, 5, GOOD));
    const { jamf, server } = await connect({ [VERSION]: slow }, { settings: { maxConnections: 2 } });
    await Promise.all(Array.from({ length: 20 }, () => jamf.version()));
    expect(server.mostAtOnce()).toBe(2);
  });

  it('can be shared between processes and applies to every attempt, including sign-in and retries', async () => {
    const asked: string[] = [];
    const limiter = <T>(work: () => Promise<T>) => {
      asked.push('asked');
      return work();
    };
    const { jamf, server } = await connect({ [VERSION]: [{ status: 503 }, GOOD] }, { limiter });
    await jamf.version();
    expect(asked).toHaveLength(server.seen.length);
    expect(asked).toHaveLength(3);
  });

  it('does not deadlock: sign-in needs no second connection', async () => {
    const { jamf } = await connect(
      { [VERSION]: [{ status: 401 }, GOOD] },
      { settings: { maxConnections: 1 } },
    );
    await expect(Promise.all([jamf.version(), jamf.version()])).resolves.toHaveLength(2);
  });
});

it('emits every attempt under the name of the call', async () => {
  const connected = await connect({ [VERSION]: [{ status: 503 }, { cut: true }, GOOD] });
  await connected.jamf.version();
  expect(toldOf(connected, 'jamf.call')).toMatchObject([
    { call: 'session.token', status: '200' },
    { call: 'server.version', status: '503' },
    { call: 'server.version', status: 'broken' },
    { call: 'server.version', status: '200' },
  ]);
});

it('supports a server under a path, with or without a trailing slash', async () => {
  const { jamf } = await connect(
    {
      'POST /jamf/api/oauth/token': { body: { access_token: 't', expires_in: 60 } },
      'GET /jamf/api/v1/jamf-pro-version': GOOD,
    },
    { under: '/jamf//' },
  );
  await expect(jamf.version()).resolves.toBe('11.30.1');
});
