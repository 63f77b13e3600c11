import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { connectRedis } from '../../../src/store/redis/redis.js';
import { createTelemetry } from '../../../src/telemetry/bus.js';
import { eventually } from '../../support/eventually.js';

/** An address at which no server listens. */
async function closedPort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return `127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
}

test.each(['server', 'sentinel', 'cluster'] as const)(
  'a client that waits to reconnect ends when it is disconnected, and so does its duplicate (%s)',
  async (kind) => {
    const address = await closedPort();
    const settings = {
      server: { url: `redis://${address}` },
      sentinel: { sentinels: [address], name: 'main' },
      cluster: { cluster: [address] },
    };
    const first = connectRedis(settings[kind], 'worker', createTelemetry());
    const second = first.duplicate();
    second.on('error', () => undefined);
    for (const redis of [first, second]) {
      // A Sentinel client connects until a Sentinel responds.
      const waits = kind === 'sentinel' ? 'connecting' : 'reconnecting';
      await eventually(() => expect(redis.status).toBe(waits), 30_000);
      const waiting = redis.get('key').catch((error: unknown) => error);
      const ended = once(redis, 'end');
      redis.disconnect();
      await ended;
      expect(await waiting).toBeInstanceOf(Error);
    }
  },
);
