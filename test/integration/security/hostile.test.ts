import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createToken } from '../../../src/config/values/api-token.js';
import { parseConfig } from '../../../src/config/load.js';
import { type Receiver, startReceiver } from '../../../src/receiver.js';
import { createTelemetry } from '../../../src/telemetry/bus.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';
import { configText, HEADERS } from '../webhooks/environment.js';

const { token, sha256 } = createToken();
const DEEP = 200_000;

let redis: TestRedis;
let receiver: Receiver;
const failures: string[] = [];
beforeAll(async () => {
  redis = await startTestRedis();
  const text = `${configText(redis.url)}\ntokens: [{ name: ada, role: admin, sha256: ${sha256} }]`;
  const telemetry = createTelemetry((kind, fields) => {
    if (kind === 'api.failed') failures.push(JSON.stringify(fields));
  });
  receiver = await startReceiver(parseConfig(text, { source: 'test', environment: {} }), { telemetry });
});
afterAll(async () => {
  await receiver.stop();
  await redis.close();
});

const bearer = { Authorization: `Bearer ${token}` };

/** A path in its original form, which `fetch` would normalize. */
function raw(path: string, headers: Record<string, string> = {}) {
  const { hostname, port } = new URL(receiver.url);
  return new Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; text: string }>(
    (resolve, reject) => {
      httpRequest({ hostname, port, path, headers }, (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => (text += chunk.toString()));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
        );
      })
        .on('error', reject)
        .end();
    },
  );
}

async function post(path: string, body: string | Buffer, headers: Record<string, string>): Promise<number> {
  const init = { method: 'POST', headers, body: typeof body === 'string' ? body : new Uint8Array(body) };
  return (await fetch(`${receiver.url}${path}`, init)).status;
}

describe('request bodies that expand', () => {
  const WEBHOOK = '/webhooks/jamf/prod';
  const deep = '['.repeat(DEEP) + ']'.repeat(DEEP);
  const nested = `{"webhook":{"webhookEvent":"ComputerCheckIn","eventTimestamp":1},"event":{"jssID":1,"password":${deep}}}`;
  const zeros = gzipSync(Buffer.alloc(50_000_000));
  const xml = { ...HEADERS, 'Content-Type': 'text/xml' };
  const zipped = { 'Content-Encoding': 'gzip' };
  const act = { ...bearer, 'Content-Type': 'application/json', 'Idempotency-Key': 'one' };

  test.each<[string, string, string | Buffer, Record<string, string>]>([
    ['a webhook of lists in lists', WEBHOOK, nested, HEADERS],
    ['a webhook that is nothing but depth', WEBHOOK, deep, HEADERS],
    ['a webhook of elements in elements', WEBHOOK, '<a>'.repeat(DEEP) + '</a>'.repeat(DEEP), xml],
    ['a webhook with entities', WEBHOOK, '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', xml],
    ['a webhook that unpacks to 50 MB', WEBHOOK, zeros, { ...HEADERS, ...zipped }],
    [
      'an act of lists in lists',
      '/api/v1/pause',
      `{"reason":${deep.slice(DEEP - 60_000, DEEP + 60_000)}}`,
      act,
    ],
    ['an act that unpacks to 50 MB', '/api/v1/pause', zeros, { ...act, ...zipped }],
    ['an act with a prototype', '/api/v1/pause', '{"__proto__":{"role":"admin"},"reason":"x"}', act],
  ])('are answered, and refused or kept small: %s', async (_, path, body, headers) => {
    const status = await post(path, body, headers);
    expect([202, 400, 413, 415]).toContain(status);
    expect((await fetch(`${receiver.url}/healthz`)).status).toBe(200);
  });

  test('and a query with an inherited property name have no effect', async () => {
    for (const query of ['__proto__[role]=admin', 'constructor=x', 'limit=1&__proto__=x'])
      expect((await raw(`/api/v1/computers?${query}`, bearer)).status).toBe(400);
    expect(Reflect.get({}, 'role')).toBeUndefined();
  });
});

describe('hostile addresses', () => {
  test.each([
    '/assets/../../package.json',
    '/assets/..%2f..%2fpackage.json',
    '/assets/%2e%2e/%2e%2e/package.json',
    '/assets/..\\..\\package.json',
    '//etc/passwd',
    '/queues/static/../../../package.json',
    '/queues/static/..%2f..%2f..%2fpackage.json',
  ])('%s has no effect', async (path) => {
    const { status, text } = await raw(path, { ...bearer, Accept: '*/*' });
    expect(status).toBeGreaterThanOrEqual(200);
    expect(status).toBeLessThan(500);
    expect(text).not.toMatch(/"dependencies"|root:x:0/);
  });

  test('a foreign host is never the target of a redirect', async () => {
    const { status, headers } = await raw('/queues', { Host: 'evil.example.com', Accept: 'text/html' });
    expect([status, headers.location]).toEqual([303, '/?next=%2Fqueues']);
  });

  test.each(['/', '/macs', '/queues', '/queues/queue/notify', '/nothing/here.html'])(
    'the page %s runs only its own scripts and cannot be framed',
    async (path) => {
      const { headers } = await raw(path, { ...bearer, Accept: 'text/html' });
      const policy = String(headers['content-security-policy']);
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toMatch(/unsafe|\*|https?:/);
      expect(headers['x-content-type-options']).toBe('nosniff');
    },
  );

  test.each([
    '/api/v1/nothing',
    '/api/openapi.json',
    '/webhooks/nothing',
    '/nothing.js',
    '/readyz',
    '/metrics',
  ])('the response of %s has a fixed content type', async (path) => {
    const { headers } = await raw(path, bearer);
    expect(headers['content-type']).not.toMatch(/html/);
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['x-powered-by']).toBeUndefined();
  });
});

test('a request whose end two servers could interpret differently is refused', async () => {
  const { hostname, port } = new URL(receiver.url);
  const socket = connect(Number(port), hostname);
  socket.write(
    'POST /webhooks/jamf/prod HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /metrics HTTP/1.1\r\nHost: a\r\n\r\n',
  );
  let said = '';
  for await (const chunk of socket) said += String(chunk);
  expect(said).toMatch(/^HTTP\/1\.1 400 /);
  expect(said.match(/HTTP\/1\.1/g)).toHaveLength(1);
});

test('none of these requests caused an internal error', () => {
  expect(failures).toEqual([]);
});
