import { Transform } from 'node:stream';
import { type AddressInfo, connect, createServer } from 'node:net';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { stringify } from 'yaml';
import { startSimulator } from '../../../simulator/index.js';
import { redisSchema } from '../../../src/config/sections/redis.js';
import { parseConfig } from '../../../src/config/load.js';
import { runDoctor } from '../../../src/doctor/run.js';
import { startReceiver } from '../../../src/receiver.js';
import { createHints } from '../../../src/store/hints/hints.js';
import { keysUnder } from '../../../src/store/redis/keys.js';
import { connectRedis, nodesOf } from '../../../src/store/redis/redis.js';
import { eventually } from '../../support/eventually.js';
import { startStopwatch } from '../../support/process-time.js';
import { createTelemetry } from '../../../src/telemetry/bus.js';
import { startWorker } from '../../../workers/worker.js';
import { startTestRedis } from '../support/redis.js';
import { startCluster, startSentinel, startTlsServer } from '../support/topology.js';
import { webhook } from '../webhooks/environment.js';
import { requestsTo } from './support.js';

/** A receiver and a worker on this Redis, and a Jamf Pro server. */
async function start(redisSettings: object) {
  const simulator = await startSimulator({ fleet: { computers: 5, away: 0 }, rhythm: { inventory: '1d' } });
  onTestFinished(() => simulator.close());
  const yaml = stringify({
    redis: redisSettings,
    http: { port: 0 },
    worker: { port: 0, lock: '2s' },
    instances: {
      demo: {
        url: simulator.url,
        auth: { clientId: 'recert', clientSecret: 'recert-secret' },
        webhooks: { authentication: { type: 'none', acceptUnauthenticated: true }, gather: '100ms' },
        sweep: { changed: '1h', full: '24h', open: '500ms' },
        profiles: { okta: { overlap: { blue: 12, green: 13, joinGreen: 31, leaveBlue: 32 } } },
      },
    },
  });
  const config = parseConfig(yaml, { source: 'test', environment: {} });
  const telemetry = createTelemetry();
  const worker = await startWorker(config, { telemetry });
  onTestFinished(() => worker.stop());
  const receiver = await startReceiver(config, { telemetry });
  onTestFinished(() => receiver.stop());
  const redis = connectRedis(config.redis, 'worker', telemetry);
  onTestFinished(() => redis.disconnect());
  const hints = createHints({ redis, key: keysUnder('recert'), now: Date.now });
  const ready = () =>
    eventually(async () => {
      for (const { url } of [receiver, worker]) expect((await fetch(`${url}/readyz`)).status).toBe(200);
    });
  await ready();
  return {
    config,
    redis,
    ready,
    /** Sends a webhook until it is admitted, and waits until the worker has assessed the Mac. */
    handleWebhook: async () => {
      const reads = (await requestsTo(simulator)).length;
      await eventually(async () => {
        const { status } = await fetch(`${receiver.url}/webhooks/jamf/demo`, {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body: webhook('ComputerInventoryCompleted', { jssID: 1 }),
        });
        expect(status).toBe(202);
      });
      await eventually(async () => {
        expect((await requestsTo(simulator)).length).toBeGreaterThan(reads);
        expect(await hints.count('demo')).toBe(0);
      });
    },
  };
}

test('with Sentinel, a webhook is processed, also after the primary was killed', async () => {
  const { settings, primary, replica } = await startSentinel();
  const { handleWebhook, ready } = await start(settings);
  await handleWebhook();
  await primary.kill();
  await handleWebhook();
  await ready();
  expect(await replica.client.info('replication')).toContain('role:master');
});

test('with Cluster, a webhook is processed, and every key has the hash tag', async () => {
  const { settings, nodes } = await startCluster();
  const { handleWebhook, redis, config } = await start(settings);
  await handleWebhook();
  const keys = await Promise.all(nodes.map(({ client }) => client.keys('*')));
  expect(keys.flat().filter((key) => !key.startsWith('{recert}:'))).toEqual([]);
  expect(keys.filter((found) => found.length > 0)).toHaveLength(1);
  expect(nodesOf(redis)).toHaveLength(3);

  const findings = await runDoctor(config, { now: Date.now });
  expect(findings.find(({ check }) => check === 'redis')).toMatchObject({ level: 'ok' });
  expect(findings.find(({ check }) => check === 'redis version')?.said).toMatch(/^(Redis|Valkey) \d/);
});

test('with Cluster, a command fails in time while no node is reachable', async () => {
  for (const purpose of ['request', 'webhook'] as const) {
    const redis = connectRedis({ cluster: ['127.0.0.1:1'] }, purpose, createTelemetry());
    onTestFinished(() => redis.disconnect());
    const stop = startStopwatch();
    await expect(redis.set('{recert}:x', 1)).rejects.toThrow();
    expect(stop()).toBeLessThan(10_000);
  }
});

test('Redis over TLS accepts a client certificate and a user with the documented permissions', async () => {
  const { port, cert, key } = await startTlsServer('redis-secret');
  const given = { url: `rediss://localhost:${port}`, username: 'recert', password: 'redis-secret' };
  const connection = (settings: object) => {
    const redis = connectRedis(
      redisSchema.parse(Object.assign({}, given, settings)),
      'request',
      createTelemetry(),
    );
    onTestFinished(() => redis.disconnect());
    return redis;
  };
  const complete = connection({ tls: { ca: cert, cert, key } });
  expect(await complete.set('{recert}:x', 1)).toBe('OK');
  await expect(complete.set('other', 1)).rejects.toThrow('NOPERM');
  const { handleWebhook } = await start(Object.assign({}, given, { tls: { ca: cert, cert, key } }));
  await handleWebhook();
  await expect(connection({ tls: { ca: cert } }).set('{recert}:x', 1)).rejects.toThrow();
  await expect(connection({ tls: { cert, key } }).set('{recert}:x', 1)).rejects.toThrow();
  await expect(
    connection({ password: 'other', tls: { ca: cert, cert, key } }).set('{recert}:x', 1),
  ).rejects.toThrow();
});

test('a server that is too old is refused at start, in one sentence', async () => {
  const server = await startTestRedis();
  onTestFinished(() => server.close());
  const old = createServer((inside) => {
    const outside = connect(Number(new URL(server.url).port), '127.0.0.1');
    const rewrite = new Transform({
      transform: (chunk: Buffer, _encoding, done) =>
        done(
          null,
          chunk
            .toString('latin1')
            .replace(/redis_version:\d/, 'redis_version:6')
            .replace(/valkey_version:\d/, 'valkey_version:6'),
        ),
    });
    for (const socket of [inside, outside]) socket.on('error', () => undefined);
    inside.pipe(outside).pipe(rewrite).pipe(inside);
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void old.close());
  await once(old, 'listening');
  const url = `redis://127.0.0.1:${(old.address() as AddressInfo).port}`;
  await expect(start({ url })).rejects.toThrow(
    /^(Redis|Valkey) 6\.\S+ is not supported\. Run Redis 7\.0 or later, or Valkey 7\.2 or later\.$/,
  );
});
