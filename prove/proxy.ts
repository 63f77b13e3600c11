import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** A TCP proxy in front of a server. It counts the connections of all processes together. */
export interface CountingProxy {
  /** Base URL of the proxy. */
  url: string;
  /** Highest number of concurrent connections so far, and number of connections opened in total. */
  counts(): { most: number; opened: number };
  /** Resolves when a client sends a request that matches, at the latest when `signal` aborts. */
  request(pattern: RegExp, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/** Starts a proxy on a free loopback port that forwards bytes to and from `target` (an http URL). */
export async function startCountingProxy(target: string): Promise<CountingProxy> {
  const { hostname, port } = new URL(target);
  const open = new Set<Socket>();
  const awaited = new Map<() => void, RegExp>();
  let most = 0;
  let opened = 0;
  const server = createServer({ allowHalfOpen: false }, (client) => {
    open.add(client);
    opened += 1;
    most = Math.max(most, open.size);
    const upstream = connect({ host: hostname, port: Number(port) });
    const end = () => {
      open.delete(client);
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      socket.setNoDelay(true);
      socket.on('error', end);
      socket.on('end', end);
      socket.on('close', end);
    }
    client.on('data', (bytes) => {
      if (awaited.size === 0) return;
      const text = bytes.toString('latin1');
      for (const [resolve, pattern] of awaited) if (pattern.test(text)) resolve();
    });
    client.pipe(upstream);
    upstream.pipe(client);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const own = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${own}`,
    counts: () => ({ most, opened }),
    request: async (pattern, signal) => {
      await new Promise<void>((resolve) => {
        const seen = () => {
          awaited.delete(seen);
          signal.removeEventListener('abort', seen);
          resolve();
        };
        awaited.set(seen, pattern);
        signal.addEventListener('abort', seen);
      });
    },
    close: async () => {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
