import type { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { asProblem } from '../../../src/api/http/problem-response.js';
import { createProducers } from '../../../src/queues/producers.js';
import { createQueues } from '../../../src/queues/queues.js';
import { connectRedis, isConnectionLoss, type Purpose } from '../../../src/store/redis/redis.js';
import { createTelemetry } from '../../../src/telemetry/bus.js';
import { createQueueWorker } from '../../../workers/queue-worker.js';
import { eventually } from '../../support/eventually.js';
import { startStopwatch } from '../../support/process-time.js';
import { type FailoverPair, startFailoverPair } from '../support/failover.js';

let pair: FailoverPair;
let undo: (() => unknown)[] = [];
beforeEach(async () => {
  pair = await startFailoverPair();
});
afterEach(async () => {
  for (const one of undo.reverse()) await one();
  undo = [];
  await pair.close();
});

const PURPOSES: readonly Purpose[] = ['request', 'reader', 'worker', 'webhook'];

async function connectAll(): Promise<Redis[]> {
  const connections = PURPOSES.map((purpose) => connectRedis({ url: pair.url }, purpose, createTelemetry()));
  undo.push(() => connections.forEach((connection) => connection.disconnect()));
  await Promise.all(
    connections.map((connection) => eventually(() => expect(connection.status).toBe('ready'))),
  );
  return connections;
}

/** Process time in milliseconds until a write succeeds on every connection. */
async function recovery(connections: readonly Redis[]): Promise<number> {
  const stop = startStopwatch();
  await Promise.all(connections.map((connection) => eventually(() => connection.set('x', 1))));
  return stop();
}

describe('a failover that leaves the connections open', () => {
  test('a connection of every purpose leaves the demoted server', async () => {
    const connections = await connectAll();
    await recovery(connections);
    await pair.demote();
    await pair.promote();
    expect(await recovery(connections)).toBeLessThan(10_000);
    expect(await pair.direct().get('x')).toBe('1');
  });

  test('a command that the replica refused is sent again; for a webhook, the admission repeats it', async () => {
    const [request, , worker, webhook] = (await connectAll()) as [Redis, Redis, Redis, Redis];
    await pair.demote();
    await pair.promote();
    const refused: unknown = await webhook.set('webhook', 1).catch((error: unknown) => error);
    expect(isConnectionLoss(refused)).toBe(true);
    expect(await Promise.all([request.set('request', 1), worker.set('worker', 1)])).toEqual(['OK', 'OK']);
    expect(await pair.direct().mget('request', 'worker')).toEqual(['1', '1']);
  });

  test('a transaction that the replica refused writes nothing, and the API answers that Redis is unavailable', async () => {
    const [request] = (await connectAll()) as [Redis];
    await pair.demote();
    await pair.promote();
    const refused: unknown = await request
      .multi()
      .set('one', 1)
      .set('other', 1)
      .exec()
      .catch((error: unknown) => error);
    expect(asProblem(refused)).toMatchObject({ kind: 'store-unavailable', status: 503 });
    expect(await request.set('later', 1)).toBe('OK');
    expect(await pair.direct().mget('one', 'other', 'later')).toEqual([null, null, '1']);
  });

  test('a replica is reported once, and not used while the address leads to it', async () => {
    const kinds: string[] = [];
    const redis = connectRedis(
      { url: pair.url },
      'worker',
      createTelemetry((kind) => void kinds.push(kind)),
    );
    undo.push(() => redis.disconnect());
    await redis.set('x', 1);
    const before = await connectionCount();
    await pair.demote();
    const write = redis.set('x', 2);
    await eventually(async () => expect(await connectionCount()).toBeGreaterThan(before + 2));
    await pair.promote();
    expect(await write).toBe('OK');
    expect(kinds).toEqual(['redis.ready', 'redis.lost', 'redis.ready']);
  });

  test('a queue worker continues', async () => {
    const { worked, request } = await work();
    await request('before');
    await eventually(() => expect(worked).toEqual(['before']));
    await pair.demote();
    await pair.promote();
    const stop = startStopwatch();
    await request('after');
    await eventually(() => expect(worked).toEqual(['before', 'after']));
    expect(stop()).toBeLessThan(10_000);
  });
});

describe('a network that drops packets silently', () => {
  test('a connection of every purpose is replaced', async () => {
    const connections = await connectAll();
    const blocked = connections[1]?.brpop('never', 2).catch(() => null);
    pair.dropPackets();
    expect(await recovery(connections)).toBeLessThan(30_000);
    await blocked;
  });

  test('a queue worker continues', async () => {
    const { worked, request } = await work();
    await request('before');
    await eventually(() => expect(worked).toEqual(['before']));
    pair.dropPackets();
    const stop = startStopwatch();
    await eventually(() => request('after'));
    await eventually(() => expect(worked).toEqual(['before', 'after']));
    expect(stop()).toBeLessThan(30_000);
  });
});

/** A worker of redistributions, and a function that adds one. */
async function work() {
  const telemetry = createTelemetry();
  const requests = connectRedis({ url: pair.url }, 'request', telemetry);
  const connection = connectRedis({ url: pair.url }, 'worker', telemetry);
  const queues = createQueues({ connection: requests, prefix: 'recert' });
  const producers = createProducers(queues);
  const worked: string[] = [];
  const worker = createQueueWorker('redistribute', (job) => Promise.resolve(void worked.push(job.id ?? '')), {
    connection,
    prefix: 'recert',
    concurrency: 1,
    lockMs: 30_000,
  });
  undo.push(async () => {
    await worker.close(true);
    await queues.close();
    requests.disconnect();
    connection.disconnect();
  });
  await worker.waitUntilReady();
  return { worked, request: (id: string) => producers.startRedistribution('prod', id) };
}

/** Connections that the server behind the address has accepted so far. */
async function connectionCount(): Promise<number> {
  const stats = await pair.direct().info('stats');
  return Number(/total_connections_received:(\d+)/.exec(stats)?.[1]);
}
