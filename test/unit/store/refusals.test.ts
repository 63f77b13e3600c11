import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { connectRedis, isConnectionLoss, type Purpose } from '../../../src/store/redis/redis.js';
import { createTelemetry } from '../../../src/telemetry/bus.js';

const INFO = 'role:master\r\nloading:0\r\n';

/** Answers the commands of one connection. `refusal`: the answer to SET, if any. */
function serve(socket: Socket, refusal: string | null): void {
  let text = '';
  socket.on('data', (data) => {
    text += data.toString();
    for (;;) {
      // A command is `*<n>`, followed by `$<length>` and the text of each argument.
      const words = Number(/^\*(\d+)\r\n/.exec(text)?.[1]);
      const lines = text.split('\r\n', 2 * words + 2);
      if (!(lines.length === 2 * words + 2)) return;
      text = text.slice(lines.slice(0, -1).join('\r\n').length + 2);
      const name = (lines[2] ?? '').toUpperCase();
      if (name === 'INFO') socket.write(`$${INFO.length}\r\n${INFO}\r\n`);
      else socket.write(name === 'SET' && refusal !== null ? `-${refusal}\r\n` : '+OK\r\n');
    }
  });
  socket.on('error', () => undefined);
}

/** An address behind which the first server refuses writes and the next one accepts them. */
async function failedOver(refusal: string) {
  let connections = 0;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    connections += 1;
    sockets.add(socket);
    serve(socket, connections === 1 ? refusal : null);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    sockets.forEach((socket) => socket.destroy());
    server.close();
  });
  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections: () => connections,
  };
}

const REFUSALS = [
  "READONLY You can't write against a read only replica.",
  'LOADING Redis is loading the dataset in memory',
  "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.",
];

describe.each(REFUSALS)('a server that answers %j', (refusal) => {
  async function connected(purpose: Purpose) {
    const { url, connections } = await failedOver(refusal);
    const kinds: string[] = [];
    const redis = connectRedis(
      { url },
      purpose,
      createTelemetry((kind) => void kinds.push(kind)),
    );
    onTestFinished(() => redis.disconnect());
    await once(redis, 'ready');
    return { redis, connections, kinds };
  }

  test.each(['request', 'reader', 'worker'] as const)(
    'is disconnected, and the command is repeated: %s',
    async (purpose) => {
      const { redis, connections, kinds } = await connected(purpose);
      expect(await Promise.all([redis.set('a', 1), redis.set('b', 1)])).toEqual(['OK', 'OK']);
      expect(connections()).toBe(2);
      expect(kinds).toEqual(['redis.ready', 'redis.lost', 'redis.ready']);
    },
  );

  test('is disconnected, and the admission of webhooks repeats the command', async () => {
    const { redis, connections } = await connected('webhook');
    const refused: unknown = await redis.set('a', 1).catch((error: unknown) => error);
    expect(isConnectionLoss(refused)).toBe(true);
    await once(redis, 'ready');
    expect(await redis.set('a', 1)).toBe('OK');
    expect(connections()).toBe(2);
  });
});

test('an error of the command itself is returned on the same connection', async () => {
  const { url, connections } = await failedOver('ERR syntax error');
  const redis = connectRedis({ url }, 'worker', createTelemetry());
  onTestFinished(() => redis.disconnect());
  const error: unknown = await redis.set('a', 1).catch((thrown: unknown) => thrown);
  expect([isConnectionLoss(error), connections()]).toEqual([false, 1]);
});
