import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { startChild } from '../harness/child.mjs';
import { findOrInstall } from './install.mjs';

/** @type {import('./install.mjs').Program} */
const SERVER = {
  name: 'Redis server',
  programs: ['redis-server', 'valkey-server'],
  packages: { 'apt-get': 'redis-server', dnf: 'valkey', apk: 'redis', brew: 'redis' },
  advice: 'Install redis-server or valkey-server, or set REDIS_URL to an existing Redis server.',
};

/**
 * @typedef {object} RedisServer
 * @property {string} url address, such as redis://127.0.0.1:40123
 * @property {number} port
 * @property {number} pid
 * @property {() => Promise<unknown>} stop stops it with SIGTERM and waits
 * @property {() => Promise<unknown>} kill kills it with SIGKILL and waits
 */

/**
 * Returns the path of a Redis or Valkey server on PATH; installs one with the system's package manager if necessary.
 * @throws Error with instructions if the installation is not possible
 * @returns {string}
 */
export function findRedisServer() {
  return findOrInstall(SERVER);
}

/**
 * Starts a private Redis server on the loopback interface. It has a separate port and folder, and the durability of
 * production (AOF, noeviction).
 * @param {{ folder: string, port?: number }} options the folder is created if missing; existing data is loaded
 * @returns {Promise<RedisServer>}
 */
export async function startRedis({ folder, port }) {
  mkdirSync(folder, { recursive: true });
  const program = findRedisServer();
  // The attempts are repeated, because another process can take the free port before Redis listens on it.
  for (let attempt = 1; ; attempt += 1) {
    const chosen = port ?? (await freePort());
    try {
      return await startOn(program, chosen, folder);
    } catch (error) {
      if (port !== undefined || attempt === 5) throw error;
    }
  }
}

/**
 * @param {string} program
 * @param {number} port
 * @param {string} folder
 * @returns {Promise<RedisServer>}
 */
async function startOn(program, port, folder) {
  const child = startChild(
    program,
    [
      '--port',
      String(port),
      '--bind',
      '127.0.0.1',
      '--dir',
      folder,
      '--save',
      '',
      '--appendonly',
      'yes',
      '--appendfsync',
      'everysec',
      '--maxmemory-policy',
      'noeviction',
      '--daemonize',
      'no',
    ],
    { detached: true, keep: 2_000 },
  );
  await child.until(/Ready to accept connections/);
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    pid: child.process.pid ?? 0,
    stop: () => child.end('SIGTERM'),
    kill: () => child.end('SIGKILL'),
  };
}

/**
 * Returns a free port on the loopback interface.
 * @returns {Promise<number>}
 */
export async function freePort() {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  server.close();
  await once(server, 'close');
  return port;
}
