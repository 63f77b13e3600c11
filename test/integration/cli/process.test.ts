import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createToken } from '../../../src/config/values/api-token.js';
import { CLI } from '../support/demo.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';

const { token, sha256 } = createToken();
const SECRET = 'jamf-secret-nobody-may-see';

let redis: TestRedis;
let folder: string;
let config: string;

beforeAll(async () => {
  redis = await startTestRedis();
  folder = await mkdtemp(join(tmpdir(), 'recert-cli-'));
  config = join(folder, 'recert.yaml');
  await writeFile(join(folder, 'token'), `${token}\n`);
  await writeFile(
    config,
    `
redis: { url: '${redis.url}' }
http: { port: 0 }
worker: { port: 0 }
tokens: [{ name: on-call, role: operator, sha256: ${sha256} }]
instances:
  prod:
    url: http://127.0.0.1:9
    auth: { clientId: recert, clientSecret: '\${JAMF_SECRET}' }
    webhooks: { authentication: { type: header, headers: { X-Api-Key: '${SECRET}' } } }
    profiles: { okta: { overlap: { blue: 12, green: 13, joinGreen: 31, leaveBlue: 32 } } }
`,
  );
});
afterAll(async () => {
  await redis.close();
  await rm(folder, { recursive: true, force: true });
});

/** The command as a separate process, as a shell starts it. */
function start(words: readonly string[], environment: Record<string, string> = {}) {
  return spawn(process.execPath, [CLI, ...words], {
    env: { PATH: process.env.PATH ?? '', JAMF_SECRET: SECRET, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function recert(
  words: readonly string[],
  environment: Record<string, string> = {},
): Promise<{ code: unknown; out: string; err: string }> {
  const child = start(words, environment);
  let out = '';
  let err = '';
  child.stdout.on('data', (text: Buffer) => (out += text.toString()));
  child.stderr.on('data', (text: Buffer) => (err += text.toString()));
  const [code] = (await once(child, 'close')) as unknown[];
  return { code, out, err };
}

/** Waits until a process prints its address. Its log is collected in `log`. */
async function listening(
  server: ReturnType<typeof start>,
  name: string,
): Promise<{ address: string; log: () => string }> {
  let log = '';
  const address = await new Promise<string>((resolve, reject) => {
    createInterface({ input: server.stderr }).on('line', (line) => {
      log += line;
      const [, who, found] = /"message":"(\w+) listens on (http:\S+?)"/.exec(line) ?? [];
      if (who === name && found) resolve(found);
    });
    server.once('exit', () => reject(new Error(`it ended: ${log}`)));
  });
  return { address, log: () => log };
}

test('recert work is a worker until it is stopped', async () => {
  const worker = start(['work'], { RECERT_CONFIG: config });
  const { address, log } = await listening(worker, 'worker');
  expect((await fetch(`${address}/healthz`)).status).toBe(200);
  const ended = once(worker, 'exit');
  worker.kill('SIGTERM');
  expect((await ended)[0]).toBe(0);
  expect(log()).not.toContain(SECRET);
});

test(
  'recert serve is a receiver that other commands call, until it is stopped',
  { timeout: 120_000 },
  async () => {
    const server = start(['serve'], { RECERT_CONFIG: config });
    const { address, log } = await listening(server, 'receiver');

    const environment = { RECERT_URL: address, RECERT_TOKEN_FILE: join(folder, 'token') };
    const status = await recert(['status', '--json'], environment);
    expect(status.code).toBe(1);
    expect(JSON.parse(status.out)).toMatchObject({ healthy: false, instances: [{ name: 'prod' }] });
    const pause = await recert(['pause', '--reason', 'trying it out'], environment);
    expect(pause).toMatchObject({
      code: 0,
      out: 'prod: renewals are paused. Run recert resume to resume them.\n',
    });
    const refused = await recert(
      ['redistribute', '--serial', 'NOBODY', '--reason', 'trying it out'],
      environment,
    );
    expect(refused.code).toBe(3);
    expect(refused.err).toContain('Not read from Jamf Pro yet: okta');
    expect(status.out + log()).not.toContain(SECRET);
    expect(status.out + log()).not.toContain(token);

    const ended = once(server, 'exit');
    server.kill('SIGTERM');
    expect((await ended)[0]).toBe(0);
    expect((await recert(['status'], environment)).code).toBe(4);
  },
);

test('recert config check prints all errors at once, or the effective values without secrets', async () => {
  const good = await recert(['config', 'check'], { RECERT_CONFIG: config });
  expect(good.code).toBe(0);
  expect(good.out).toContain('window: 30d');
  expect(good.out).toContain('clientSecret: "[hidden]"');
  expect(good.out + good.err).not.toContain(SECRET);

  const broken = join(folder, 'broken.yaml');
  await writeFile(broken, "redis: { url: 'http://x' }\ninstances: { prod: { url: nothing } }\n");
  for (const words of [['config', 'check'], ['serve']]) {
    const bad = await recert(words, { RECERT_CONFIG: broken });
    expect(bad.code).toBe(2);
    expect(bad.err).toContain('redis.url: must start with redis://');
    expect(bad.err).toContain('instances.prod.url');
    expect(bad.err).toContain('instances.prod.webhooks');
  }
});

test('recert tokens create prints a token and its configuration line', async () => {
  const { code, out, err } = await recert(['tokens', 'create', '--name', 'ci', '--role', 'viewer']);
  expect(code).toBe(0);
  expect(out).toMatch(/^recert_[\w-]{43}\n$/);
  expect(err).toMatch(/- \{ name: ci, role: viewer, sha256: [0-9a-f]{64} \}/);
});

test('output without a terminal has no colors, also when CI is set', async () => {
  const environment = { RECERT_URL: 'http://127.0.0.1:9', RECERT_TOKEN: token, CI: 'true', FORCE_COLOR: '1' };
  const { code, err } = await recert(['status'], environment);
  expect(code).toBe(4);
  expect(err).toMatch(/^recert: /);
});

test('a closed pipe, such as by head, is not an error', async () => {
  const child = start(['--help']);
  child.stdout.destroy();
  let err = '';
  child.stderr.on('data', (text: Buffer) => (err += text.toString()));
  const [code] = (await once(child, 'close')) as unknown[];
  expect({ code, err }).toEqual({ code: 0, err: '' });
});
