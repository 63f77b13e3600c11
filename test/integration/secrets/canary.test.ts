import { Writable } from 'node:stream';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { SEEDED } from '../../../simulator/world/seeded.js';
import { createToken } from '../../../src/config/values/api-token.js';
import { hashPassword } from '../../../src/config/values/password-hash.js';
import { startReceiver } from '../../../src/receiver.js';
import { createTelemetry } from '../../../src/telemetry/bus.js';
import { logListener } from '../../../src/telemetry/log.js';
import { startWorker } from '../../../workers/worker.js';
import {
  byHeader,
  CLIENT_SECRET,
  type Installation,
  KEY,
  NEW_KEY,
  startInstallation,
} from '../setup/support.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';
import { eventually } from '../../support/eventually.js';

const WRONG_KEY = 'canary-wrong-webhook-key';
const WRONG_TOKEN = 'recert_canary-wrong-token';
const PASSWORD = 'canary-password-of-a-user';
/** Secrets of Redis, of a user account in Jamf Pro, of emergency access, and of notification channels. */
const REDIS_PASSWORD = 'canary-password-of-redis';
const ACCOUNT_PASSWORD = 'canary-password-of-an-account';
const GLASS_PASSWORD = 'canary-password-of-the-glass';
const CHANNEL_SECRETS = {
  SLACK_PATH: 'canary-path-of-slack',
  ROUTING_KEY: 'canaryroutingkeyofpagerduty12345',
  HOOK_TOKEN: 'canary-token-of-a-webhook',
  SIGNING_SECRET: 'canary-signing-secret',
  HEARTBEAT_PATH: 'canary-path-of-the-heartbeat',
};
/** Prefix of every token of the simulated Jamf Pro. */
const JAMF_TOKEN = 'eyJhbGciOiJIUzI1NiJ9';

let server: TestRedis;
let redis: Redis;
beforeAll(async () => {
  server = await startTestRedis();
  redis = new Redis(server.url);
});
afterAll(async () => {
  redis.disconnect();
  await server.close();
});

/** All data in Redis, uncompressed. */
async function redisAsText(): Promise<string> {
  await redis.config('SET', 'rdbcompression', 'no');
  const keys = await redis.keys('*');
  // `null` for a key that has expired meanwhile, which the types of ioredis exclude.
  const values: (Buffer | null)[] = await Promise.all(keys.map((key) => redis.dumpBuffer(key)));
  return [...keys, ...values.map((value) => value?.toString('latin1') ?? '')].join('\n');
}

/** A secret in every encoding: JSON, XML, URL, header of Basic authentication, certificate request. */
function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret, 'utf8');
  const xml = secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
  // Base64 of a longer text: for two of three offsets, a character at each end differs.
  const shifted = [0, 1, 2].map((shift) =>
    Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .slice(shift === 0 ? 0 : 4, -4)
      .replace(/=+$/, ''),
  );
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    xml,
    bytes.toString('hex'),
    ...shifted,
  ];
}

/** The location of each secret. */
function leaksIn(
  outlets: Readonly<Record<string, string>>,
  secrets: Readonly<Record<string, string>>,
): string[] {
  return Object.entries(outlets).flatMap(([where, text]) =>
    Object.entries(secrets)
      .filter(([, secret]) => formsOf(secret).some((form) => text.includes(form)))
      .map(([name]) => `${name} in ${where}`),
  );
}

/** Every readable page of the API, except the endless stream and the pages of a browser session. */
async function looksOf(url: string, token: string): Promise<string[]> {
  const answer = await fetch(`${url}/api/openapi.json`, { headers: { Authorization: `Bearer ${token}` } });
  const { paths } = (await answer.json()) as { paths: Record<string, { get?: unknown }> };
  return Object.entries(paths)
    .filter(([path, { get }]) => get !== undefined && !/\{|\/live$|\/session/.test(path))
    .map(([path]) => path);
}

/** Collects all output while the test runs. */
function hear(): string[] {
  const heard: string[] = [];
  const keep = (chunk: unknown) => {
    heard.push(chunk instanceof Uint8Array ? Buffer.from(chunk).toString() : String(chunk));
    return true;
  };
  // Winston writes to the streams of the console, which are those of vitest here.
  const ofConsole = ['_stdout', '_stderr'].map((name): unknown => Reflect.get(console, name));
  const streams = [process.stdout, process.stderr, ...ofConsole].filter((one) => one instanceof Writable);
  const spies = [
    ...streams.map((stream) => vi.spyOn(stream, 'write').mockImplementation(keep)),
    ...(['log', 'info', 'warn', 'error', 'debug'] as const).map((name) =>
      vi.spyOn(console, name).mockImplementation((...words: unknown[]) => void keep(words.join(' '))),
    ),
  ];
  onTestFinished(() => {
    for (const spy of spies) spy.mockRestore();
  });
  return heard;
}

/** Every setting that contains a secret, each with an address at which it fails differently. */
async function settings(installation: Installation) {
  await redis.acl('SETUSER', 'house', 'on', `>${REDIS_PASSWORD}`, '~*', '&*', '+@all');
  const { SLACK_PATH, ROUTING_KEY, HOOK_TOKEN, SIGNING_SECRET, HEARTBEAT_PATH } = CHANNEL_SECRETS;
  // Jamf Pro as a notification receiver responds with 404, and may quote the path.
  const refusing = installation.simulator.url;
  const nowhere = 'http://127.0.0.1:1';
  return {
    redis: { url: server.url.replace('://', `://house:${REDIS_PASSWORD}@`), prefix: 'canary' },
    signIn: { breakGlass: { hash: await hashPassword(GLASS_PASSWORD) } },
    notifications: {
      every: '100ms',
      heartbeat: `${refusing}/${HEARTBEAT_PATH}`,
      channels: {
        slack: { type: 'slack', url: `${refusing}/services/${SLACK_PATH}` },
        pager: { type: 'pagerduty', routingKey: ROUTING_KEY, api: `${refusing}/v2/enqueue` },
        hook: { type: 'webhook', url: `${nowhere}/?token=${HOOK_TOKEN}`, signingSecret: SIGNING_SECRET },
      },
    },
  };
}

/** Receiver and worker with a log of everything, as JSON. */
async function start(installation: Installation, token: { name: string; role: string; sha256: string }) {
  const config = await installation.configure(
    { webhooks: byHeader([KEY, NEW_KEY]) },
    { tokens: [token], ...(await settings(installation)) },
  );
  const events: string[] = [];
  const telemetry = createTelemetry(
    logListener({ level: 'debug', format: 'json' }, { process: 'test', version: '1.2.3', host: 'here' }),
    (kind, fields) => void events.push(`${kind} ${JSON.stringify(fields)}`),
  );
  const receiver = await startReceiver(config, { telemetry });
  const worker = await startWorker(config, { telemetry });
  onTestFinished(async () => {
    await worker.stop();
    await receiver.stop();
  });
  return { telemetry, events, receiver, worker };
}

test('no secret is in a log, an event, an error, Redis, an answer or a metric', async () => {
  const installation = await startInstallation(server.url, { fleet: { computers: 12, due: 3 } });
  const { token, sha256 } = createToken();
  const heard = hear();
  const { telemetry, events, receiver, worker } = await start(installation, {
    name: 'ada',
    role: 'admin',
    sha256,
  });
  const shown: string[] = [];
  const ask = async (url: string, init: RequestInit = {}) => {
    const response = await fetch(url, init);
    shown.push(JSON.stringify([...response.headers]), await response.text());
    return response.status;
  };
  const api = (path: string, body?: unknown, bearer = token) =>
    ask(`${receiver.url}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { Authorization: `Bearer ${bearer}`, 'Content-Type': 'application/json' },
      body: body === undefined ? null : JSON.stringify(body),
    });
  const deliver = (body: string, key: string, type = 'application/json') =>
    ask(`${receiver.url}/webhooks/jamf/prod`, {
      method: 'POST',
      headers: { 'X-Api-Key': key, 'Content-Type': type },
      body,
    });

  await eventually(async () => expect(await ask(`${receiver.url}/readyz`)).toBe(200));

  // Webhooks: with either secret, with a wrong one, with a password in the event, and unreadable ones.
  const webhook = { id: 1, name: 'a', webhookEvent: 'SCEPChallenge', eventTimestamp: 1_780_000_000_000 };
  const challenge = JSON.stringify({ webhook, event: { targetUser: { password: PASSWORD } } });
  expect(await deliver(challenge, KEY)).toBe(202);
  expect(await deliver(`<JSSEvent><password>${PASSWORD}`, NEW_KEY, 'text/xml')).toBe(400);
  expect(await deliver(`{"password":"${PASSWORD}`, NEW_KEY)).toBe(400);
  expect(await deliver(challenge, WRONG_KEY)).toBe(401);

  // Operators: with and without a token, an action, and every readable page.
  expect(await api('/api/v1/sweep', { what: 'full' })).toBe(202);
  await eventually(async () => expect(await api(`/api/v1/profiles/${SEEDED.blue}/audit`)).toBe(200));
  const reason = 'to see that no secret is told';
  await api('/api/v1/redistributions', { computers: [{ id: '1' }], reason, dryRun: true });
  const looks = await looksOf(receiver.url, token);
  expect(looks.length).toBeGreaterThan(8);
  // Some pages are complete only after the sweep.
  await eventually(() => expect(events.some((one) => one.startsWith('fleet.swept'))).toBe(true));
  await eventually(async () => expect(await api('/api/v1/computers/1')).toBe(200));
  for (const path of looks)
    await eventually(async () => expect([path, await api(path)]).toEqual([path, 200]));
  const audited = await installation.recert(['profiles', 'audit', '--all', '--json', '--url', receiver.url], {
    wait: (durationMs) => new Promise((resolve) => setTimeout(resolve, durationMs / 10)),
  });
  shown.push(audited.out, audited.err);
  const { events: admitted } = (await (
    await fetch(`${receiver.url}/api/v1/events`, { headers: { Authorization: `Bearer ${token}` } })
  ).json()) as { events: { id: string }[] };
  expect(admitted.length).toBeGreaterThan(0);
  for (const { id } of admitted) await api(`/api/v1/events/${id}`);
  for (const page of ['/api/openapi.json', '/queues', '/healthz', '/readyz', '/metrics']) await api(page);
  expect(await api('/api/v1/overview', undefined, WRONG_TOKEN)).toBe(401);
  expect(await api('/api/v1/pause', { reason: token.slice(0, 3), token })).toBe(400);

  // Emergency access, wrong and right: an incident, which every channel refuses.
  const signInBy = (password: string) =>
    ask(`${receiver.url}/api/v1/session/break-glass`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ name: 'Ada', password }),
    });
  expect(await signInBy(`${GLASS_PASSWORD}!`)).toBe(401);
  expect(await signInBy(GLASS_PASSWORD)).toBe(201);
  const failed = (channel: string) =>
    events.some((one) => one.startsWith('notify.failed') && one.includes(channel));
  await expect.poll(() => ['"slack"', '"pager"', '"hook"'].filter((one) => !failed(one))).toEqual([]);
  await eventually(() => expect(events.some((one) => one.startsWith('heartbeat.failed'))).toBe(true));
  for (const words of [['config', 'check', '--json'], ['config', 'check'], ['notify', 'test'], ['doctor']]) {
    const { out, err } = await installation.recert(words);
    shown.push(out, err);
  }

  // Jamf Pro: refusals, pages instead of JSON, truncated responses.
  for (const kind of ['html', 'half-body', 'status'] as const) {
    const path = 'JSSResource/osxconfigurationprofiles|oauth';
    const fault = kind === 'status' ? { kind, path, status: 401, count: 4 } : { kind, path, count: 4 };
    const set = await fetch(`${installation.simulator.controlUrl}/faults`, {
      method: 'PUT',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ http: [fault] }),
    });
    expect(set.ok).toBe(true);
    const { out, err } = await installation.recert(['doctor', '--json']);
    shown.push(out, err);
  }
  await ask(`${worker.url}/metrics`);
  await ask(`${worker.url}/readyz`);

  // A user account instead of an API client, with a password that Jamf Pro refuses.
  await installation.configure(
    { auth: { username: 'recert', password: ACCOUNT_PASSWORD } },
    await settings(installation),
  );
  for (const words of [['doctor'], ['doctor', '--json'], ['config', 'check', '--json']]) {
    const { out, err } = await installation.recert(words);
    shown.push(out, err);
  }
  expect(shown.join('\n')).toMatch(/401/);

  const searched = {
    log: heard.join('\n'),
    events: events.join('\n'),
    answers: shown.join('\n'),
    redis: await redisAsText(),
  };
  const secrets = {
    CLIENT_SECRET,
    KEY,
    NEW_KEY,
    WRONG_KEY,
    WRONG_TOKEN,
    PASSWORD,
    JAMF_TOKEN,
    token,
    challenge: installation.simulator.world.ca.challenge,
    REDIS_PASSWORD,
    ACCOUNT_PASSWORD,
    GLASS_PASSWORD,
    ...CHANNEL_SECRETS,
  };
  // The search works: its data exists, and a planted secret is found.
  expect(searched.log).toContain('"kind":"process.started"');
  expect(searched.events).toContain('fleet.swept');
  expect(searched.answers).toContain('recert_computers');
  expect(searched.redis).toContain('ada');
  expect(leaksIn(searched, secrets)).toEqual([]);

  // One leak in each output, written as the service does. It must be found there and nowhere else.
  heard.length = events.length = shown.length = 0;
  telemetry.emit('fleet.unread', { instance: 'prod', computers: 1, error: `no ${CLIENT_SECRET}` });
  expect(leaksIn({ log: heard.join('\n'), events: events.join('\n') }, secrets)).toEqual([
    'CLIENT_SECRET in log',
    'CLIENT_SECRET in events',
  ]);
  telemetry.emit('webhook.refused-again', { instance: KEY, status: 401 });
  await ask(`${receiver.url}/metrics`);
  expect(leaksIn({ answers: shown.join('\n') }, secrets)).toEqual(['KEY in answers']);
  const [fleet = ''] = (await redis.keys('*:prod:computers')).slice(0, 1);
  await redis.hset(fleet, 'leak', Buffer.from(`\u0000${secrets.challenge}\u0001`));
  expect(leaksIn({ redis: await redisAsText() }, secrets)).toEqual(['challenge in redis']);
});

test('the search finds a secret in every encoding', () => {
  const secret = 'canary & "quoted" <key>';
  const texts = {
    plain: `a ${secret} b`,
    json: JSON.stringify({ a: secret }),
    address: `https://example.com/?key=${encodeURIComponent(secret)}`,
    xml: `<key>${secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')}</key>`,
    hex: Buffer.from(secret).toString('hex'),
    ...Object.fromEntries(
      ['', 'u:', 'me:', 'you:'].map((user) => [
        `base64 ${user}`,
        Buffer.from(user + secret).toString('base64'),
      ]),
    ),
  };
  expect(leaksIn(texts, { secret })).toEqual(Object.keys(texts).map((where) => `secret in ${where}`));
  expect(leaksIn({ nothing: 'canary & quoted key' }, { secret })).toEqual([]);
});
