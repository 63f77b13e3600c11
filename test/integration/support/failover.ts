import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { Redis } from 'ioredis';
import { startTestRedis } from './redis.js';

/** Two Redis servers, a primary and its replica, behind one address that leads to one of them. */
export interface FailoverPair {
  /** The address. */
  url: string;
  /** Client of the server that the address leads to. */
  direct(): Redis;
  /** Makes the primary a replica of the other server. The address still leads to it, and every connection stays open. */
  demote(): Promise<void>;
  /** Promotes the other server and lets new connections lead to it. Open connections still lead to the old one. */
  promote(): Promise<void>;
  /** Drops everything that is sent on the open connections, in both directions, without an error. New connections work. */
  dropPackets(): void;
  close(): Promise<void>;
}

/** Starts the pair. */
export async function startFailoverPair(): Promise<FailoverPair> {
  const servers = [await startTestRedis(), await startTestRedis()] as const;
  const clients = servers.map(({ url }) => new Redis(url)) as [Redis, Redis];
  const ports = servers.map(({ url }) => Number(new URL(url).port)) as [number, number];
  await clients[1].replicaof('127.0.0.1', ports[0]);
  let primary: 0 | 1 = 0;
  const open = new Set<Socket>();
  const proxy = createServer({ keepAlive: false }, (inside) => {
    const outside = connect(ports[primary], '127.0.0.1');
    for (const socket of [inside, outside]) {
      socket.setNoDelay(true);
      open.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        open.delete(socket);
        inside.destroy();
        outside.destroy();
      });
    }
    inside.pipe(outside).pipe(inside);
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const other = () => (primary === 0 ? 1 : 0);
  return {
    url: `redis://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    direct: () => clients[primary],
    async demote() {
      await clients[primary].replicaof('127.0.0.1', ports[other()]);
    },
    async promote() {
      primary = other();
      await clients[primary].replicaof('NO', 'ONE');
    },
    dropPackets() {
      for (const socket of open) socket.unpipe().removeAllListeners('data').pause();
    },
    async close() {
      for (const socket of open) socket.destroy();
      proxy.close();
      for (const client of clients) client.disconnect();
      for (const server of servers) await server.close();
    },
  };
}
