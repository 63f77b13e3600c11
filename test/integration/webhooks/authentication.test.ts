import { createHmac } from 'node:crypto';
import { Agent, request, type RequestOptions } from 'node:https';
import { connect, type TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { parseConfig } from '../../../src/config/load.js';
import { type Receiver, startReceiver } from '../../../src/receiver.js';
import { createTelemetry } from '../../../src/telemetry/bus.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';
import { type Certificate, createTestCa } from './certificates.js';
import { until, webhook } from './environment.js';

const OLD = 'old-key-of-an-hmac';
const NEW = 'new-key-of-an-hmac';
const HOUR_MS = 3_600_000;

const ca = createTestCa('House CA');
const jamf = ca.issue([['CN', 'jamf.example.com']]);
const neighbour = ca.issue([['CN', 'neighbour.example.com']]);
const pinned = ca.issue([['CN', 'anything']]);
const expired = ca.issue([['CN', 'jamf.example.com']], { from: -3 * HOUR_MS, to: -HOUR_MS });
const impostor = createTestCa('House CA').issue([['CN', 'jamf.example.com']]);
const twoNames = ca.issue([
  ['CN', 'jamf.example.com'],
  ['CN', 'other.example.com'],
]);

let redis: TestRedis;
const receivers: Receiver[] = [];
const told: { kind: string; fields: object }[] = [];
beforeAll(async () => {
  redis = await startTestRedis();
});
afterAll(async () => {
  await Promise.all(receivers.map((receiver) => receiver.stop()));
  await redis.close();
});

/** A receiver with these `webhooks` of its Jamf Pro servers. */
async function start(http: object, instances: Record<string, object>): Promise<string> {
  const common = {
    url: 'https://jamf.example.com',
    auth: { clientId: 'id', clientSecret: 'secret' },
    profiles: {},
  };
  const text = stringify({
    redis: { url: redis.url, prefix: 'test' },
    http: { port: 0, bodyLimit: 100_000, ...http },
    instances: Object.fromEntries(
      Object.entries(instances).map(([name, webhooks]) => [name, { ...common, webhooks }]),
    ),
  });
  const config = parseConfig(text, { source: 'test', environment: {} });
  const telemetry = createTelemetry((kind, fields) => void told.push({ kind, fields }));
  const receiver = await startReceiver(config, { telemetry });
  receivers.push(receiver);
  if (receiver.url.startsWith('http:'))
    await until(async () => (await fetch(`${receiver.url}/readyz`)).status === 200);
  return receiver.url;
}

const JSON_TYPE = { 'Content-Type': 'application/json' };
const event = () => webhook('ComputerInventoryCompleted', { jssID: 6, udid: 'U6', serialNumber: 'S6' });

async function post(url: string, headers: Record<string, string>, body = event()) {
  const response = await fetch(url, { method: 'POST', headers: { ...JSON_TYPE, ...headers }, body });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

describe('a signature', () => {
  const authentication = { type: 'signature', secret: [OLD, NEW], header: 'X-Signature', prefix: 'sha256=' };
  let url: string;
  beforeAll(async () => {
    url = `${await start({ trustProxy: 'loopback' }, { prod: { authentication } })}/webhooks/jamf/prod`;
  });
  const sign = (body: string, key = NEW) => ({
    'X-Signature': `sha256=${createHmac('sha256', key).update(body).digest('hex')}`,
  });

  it('over the received bytes is accepted with either key, in JSON and XML', async () => {
    for (const key of [OLD, NEW]) {
      const body = event().replace('test', 'Bücher');
      expect((await post(url, sign(body, key), body)).status).toBe(202);
    }
    const xml =
      '<JSSEvent><webhook><webhookEvent>ComputerAdded</webhookEvent></webhook><event><jssID>6</jssID></event></JSSEvent>';
    expect((await post(url, { ...sign(xml), 'Content-Type': 'text/xml' }, xml)).status).toBe(202);
  });

  it('that is missing, of another key or of another body is refused with the same response', async () => {
    const body = event();
    const answers = [
      await post(url, {}, body),
      await post(url, sign(body, 'another-key-of-an-hmac'), body),
      await post(url, sign(body), body.replace('S6', 'S7')),
      await post(url, { 'X-Signature': 'nonsense' }, body),
    ];
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401]);
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    const reasons = told.flatMap(({ kind, fields }) => (kind === 'webhook.refused' ? [fields] : []));
    expect(reasons).toMatchObject([
      {
        why: expect.stringMatching(
          /^the request has no header x-signature; its headers are host, /,
        ) as string,
      },
      { why: expect.stringContaining('does not match') as string },
      { why: expect.stringContaining('does not match') as string },
      { why: expect.stringContaining('does not contain a sha256 signature in hex after sha256=') as string },
    ]);
    expect(JSON.stringify(told)).not.toContain('nonsense');
  });
});

describe('failed authentication attempts', () => {
  it('are limited by source; correct requests from there are still accepted, and the log stays short', async () => {
    const authentication = { type: 'header', headers: { 'X-Api-Key': 'right' } };
    const base = await start({ trustProxy: 'loopback' }, { prod: { authentication } });
    const url = `${base}/webhooks/jamf/prod`;
    const [stranger, other] = [{ 'X-Forwarded-For': '192.0.2.66' }, { 'X-Forwarded-For': '192.0.2.77' }];
    const before = told.length;
    const statuses: number[] = [];
    for (let count = 0; count < 100; count += 1)
      statuses.push((await post(url, { ...stranger, 'X-Api-Key': 'wrong' })).status);
    expect(statuses).toEqual([...Array<number>(20).fill(401), ...Array<number>(80).fill(429)]);

    const limited = await post(url, { ...stranger, 'X-Api-Key': 'wrong' });
    expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(limited.headers.get('connection')).toBe('close');
    expect((await post(`${base}/webhooks/jamf/elsewhere`, stranger)).status).toBe(429);
    expect((await post(url, { ...stranger, 'X-Api-Key': 'right' })).status).toBe(202);
    expect((await post(url, { ...other, 'X-Api-Key': 'wrong' })).status).toBe(401);

    const kinds = told.slice(before).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'webhook.refused')).toHaveLength(21);
    expect(kinds.filter((kind) => kind === 'webhook.limited')).toHaveLength(1);
    const metrics = await (await fetch(`${base}/metrics`)).text();
    expect(metrics).toMatch(/recert_webhooks_refused_total\{server="prod",status="401"\} 21/);
    expect(metrics).toMatch(/recert_webhooks_refused_total\{server="prod",status="429"\} 81/);
    expect(metrics).toMatch(/recert_webhooks_limited_total\{limit="source"\} 1/);
  });
});

describe('source addresses', () => {
  const authentication = { type: 'header', headers: { 'X-Api-Key': 'right' } };
  const key = { 'X-Api-Key': 'right' };

  it('are read from a trusted proxy, in addition to the secret', async () => {
    const sources = ['192.0.2.0/24', '2001:db8::/32'];
    const base = await start({ trustProxy: 'loopback' }, { prod: { authentication, sources } });
    const url = `${base}/webhooks/jamf/prod`;
    const from = (address: string) => ({ 'X-Forwarded-For': address });
    expect((await post(url, { ...key, ...from('192.0.2.7') })).status).toBe(202);
    expect((await post(url, { ...key, ...from('2001:db8::7') })).status).toBe(202);
    // A header of the sender comes before what the proxy adds.
    const lying = await post(url, { ...key, ...from('192.0.2.7, 198.51.100.7') });
    const withoutKey = await post(url, from('192.0.2.7'));
    expect([lying.status, withoutKey.status, (await post(url, key)).status]).toEqual([401, 401, 401]);
    expect(lying.text).toBe(withoutKey.text);
    expect(told).toContainEqual({
      kind: 'webhook.refused',
      fields: expect.objectContaining({
        source: '198.51.100.7',
        why: expect.stringContaining('sources') as string,
      }) as object,
    });
  });

  it('are those of the connection when its other end is not a trusted proxy', async () => {
    const instances = {
      near: { authentication, sources: ['127.0.0.1'] },
      far: { authentication, sources: ['192.0.2.7'] },
    };
    const base = await start({ trustProxy: '198.51.100.1' }, instances);
    const headers = { ...key, 'X-Forwarded-For': '192.0.2.7' };
    expect((await post(`${base}/webhooks/jamf/near`, headers)).status).toBe(202);
    expect((await post(`${base}/webhooks/jamf/far`, headers)).status).toBe(401);
  });
});

describe('a client certificate that a proxy forwards', () => {
  const authentication = {
    type: 'mtls',
    proxyHeader: 'X-Client-Cert',
    commonNames: ['jamf.example.com'],
    fingerprints: [pinned.fingerprint],
  };
  const pem = ({ cert }: Certificate) => cert;
  const escaped = (certificate: Certificate) => encodeURIComponent(pem(certificate));
  const base64 = ({ der }: Certificate) => der.toString('base64');
  let url: string;
  beforeAll(async () => {
    url = `${await start({ trustProxy: 'loopback' }, { prod: { authentication } })}/webhooks/jamf/prod`;
  });
  const status = async (value: string) => (await post(url, { 'X-Client-Cert': value })).status;

  it.each([
    ['PEM with percent signs', escaped(jamf)],
    ['PEM in one line', pem(jamf).replaceAll('\n', ' ')],
    ['those who vouch for it behind it', escaped(jamf) + encodeURIComponent(ca.cert)],
    ['base64 alone', base64(jamf)],
    ['RFC 9440', `:${base64(jamf)}:`],
    ['a fingerprint', base64(pinned)],
  ])('is accepted: %s', async (_, value) => {
    expect([await status(value), await status(value)]).toEqual([202, 202]);
  });

  it.each([
    ['another name', base64(neighbour)],
    ['two names', base64(twoNames)],
    ['one that has expired', base64(expired)],
    ['two headers', `${base64(jamf)}, ${base64(neighbour)}`],
    ['only who vouches', encodeURIComponent(ca.cert)],
    ['a name instead of a certificate', 'CN=jamf.example.com'],
    ['nothing', ''],
    ['broken percent signs', '%zz'],
  ])('is refused: %s', async (_, value) => {
    expect(await status(value)).toBe(401);
  });

  it('is ignored from any other address', async () => {
    const other = await start({ trustProxy: '198.51.100.1' }, { prod: { authentication } });
    const answer = await post(`${other}/webhooks/jamf/prod`, { 'X-Client-Cert': base64(jamf) });
    expect(answer.status).toBe(401);
    expect(told.at(-1)?.fields).toMatchObject({
      why: 'the request did not come from a proxy in http.trustProxy',
    });
  });
});

describe('a client certificate of the connection', () => {
  const server = ca.issue([['CN', 'recert.example.com']]);
  let base: string;
  beforeAll(async () => {
    const mtls = { type: 'mtls', commonNames: ['jamf.example.com'], fingerprints: [pinned.fingerprint] };
    base = await start(
      { tls: { cert: server.cert, key: server.key, clientCa: ca.cert } },
      {
        prod: { authentication: mtls },
        lab: { authentication: { type: 'header', headers: { 'X-Api-Key': 'right' } } },
      },
    );
    await until(async () => (await send('/readyz', { method: 'GET' }, '')) === 200);
  });

  /** The certificate of the server is not tested here. */
  const send = (
    path: string,
    options: Omit<RequestOptions, 'headers'> & { headers?: Record<string, string> },
    body = event(),
  ) =>
    new Promise<number>((resolve, reject) => {
      request(
        `${base}${path}`,
        {
          method: 'POST',
          rejectUnauthorized: false,
          agent: false,
          ...options,
          headers: { ...JSON_TYPE, ...options.headers },
        },
        (response) => {
          response.resume();
          response.on('end', () => resolve(response.statusCode ?? 0));
        },
      )
        .on('error', reject)
        .end(body);
    });
  const by = ({ cert, key }: Certificate) => ({ cert, key });
  const PROD = '/webhooks/jamf/prod';

  it('is accepted by name and by fingerprint, also on a kept-alive connection', async () => {
    expect(base).toMatch(/^https:/);
    const agent = new Agent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: false, ...by(jamf) });
    expect([await send(PROD, { agent }), await send(PROD, { agent })]).toEqual([202, 202]);
    agent.destroy();
    expect(await send(PROD, by(pinned))).toBe(202);
  });

  it.each([
    ['another name', neighbour],
    ['one that has expired', expired],
    ['one that somebody else vouches for', impostor],
  ])('is refused: %s', async (_, certificate) => {
    expect(await send(PROD, by(certificate))).toBe(401);
  });

  it('is required, whatever the headers contain, and its absence is reported to operators', async () => {
    expect(await send(PROD, { headers: { 'X-Client-Cert': jamf.der.toString('base64') } })).toBe(401);
    expect(told.at(-1)?.fields).toMatchObject({ why: 'the connection has no client certificate' });
  });

  it('is still valid when a TLS session is resumed', async () => {
    const { hostname, port } = new URL(base);
    const open = (certificate: Certificate, session?: Buffer) => {
      const socket = connect({
        host: hostname,
        port: Number(port),
        rejectUnauthorized: false,
        ...by(certificate),
        ...(session ? { session } : {}),
      });
      const tickets = new Promise<Buffer>((resolve) => socket.once('session', resolve));
      return { socket, tickets };
    };
    const ask = (socket: TLSSocket) =>
      new Promise<string>((resolve, reject) => {
        const body = event();
        socket.once('error', reject);
        socket.once('data', (data: Buffer) => resolve(data.toString().slice(9, 12)));
        socket.write(
          `POST ${PROD} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
        );
      });
    for (const [certificate, status] of [
      [jamf, '202'],
      [impostor, '401'],
    ] as const) {
      const first = open(certificate);
      expect(await ask(first.socket)).toBe(status);
      const second = open(certificate, await first.tickets);
      expect(await ask(second.socket)).toBe(status);
      expect(second.socket.isSessionReused()).toBe(true);
      first.socket.destroy();
      second.socket.destroy();
    }
  });

  it('is requested for no other server', async () => {
    expect(await send('/healthz', { method: 'GET' }, '')).toBe(200);
    expect(await send('/webhooks/jamf/lab', { headers: { 'X-Api-Key': 'right' } })).toBe(202);
  });
});
