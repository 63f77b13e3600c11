import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { startChild } from '../harness/child.mjs';

const SERVERS = ['redis-server', 'valkey-server'];

/** Package managers that can install a Redis server; the first one found is used. */
const INSTALLERS = [
  {
    tool: 'apt-get',
    prepare: ['update', '-qq'],
    // Lock timeout in seconds: waits for another running installation.
    install: ['install', '-y', '-qq', '-o', 'DPkg::Lock::Timeout=300', 'redis-server'],
    root: true,
  },
  { tool: 'dnf', install: ['install', '-y', '-q', 'valkey'], root: true },
  { tool: 'apk', install: ['add', '--quiet', 'redis'], root: true },
  { tool: 'brew', install: ['install', '--quiet', 'redis'], root: false },
];

/**
 * Number of attempts to install Redis, and the delay between them. A package manager fails while another instance of
 * it is running.
 */
const ATTEMPTS = 3;
const RETRY_DELAY_MS = 3_000;

/**
 * @typedef {object} RedisServer
 * @property {string} url address, such as redis://127.0.0.1:40123
 * @property {number} port
 * @property {number} pid
 * @property {() => Promise<unknown>} stop stops it with SIGTERM and waits
 * @property {() => Promise<unknown>} kill kills it with SIGKILL and waits
 */

/**
 * Returns the path of a program on PATH.
 * @param {string} name
 * @returns {string | undefined}
 */
export function onPath(name) {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((file) => existsSync(file));
}

/**
 * Returns the path of a Redis or Valkey server on PATH; installs one with the system's package manager if necessary.
 * @throws Error with instructions if the installation is not possible
 * @returns {string}
 */
export function findRedisServer() {
  return findServerOnPath() ?? installRedisServer();
}

function installRedisServer() {
  const advice = 'Install redis-server or valkey-server, or set REDIS_URL to an existing Redis server.';
  const installer = INSTALLERS.find(({ tool }) => onPath(tool));
  if (!installer) throw new Error(`No Redis server found, and no package manager to install one. ${advice}`);
  if (installer.root && process.getuid?.() !== 0) {
    throw new Error(
      `No Redis server found, and installing one with ${installer.tool} requires root. ${advice}`,
    );
  }
  process.stderr.write(`No Redis server found. Installing one with ${installer.tool}.\n`);
  // Debian starts installed services by default. RUNLEVEL=1 prevents a Redis service on the default port.
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  const run = (/** @type {string[]} */ words) =>
    execFileSync(installer.tool, words, { stdio: ['ignore', 'ignore', 'inherit'], env });
  for (let attempt = 1; ; attempt += 1) {
    try {
      if (installer.prepare) run(installer.prepare);
      run(installer.install);
    } catch {
      // Another setup may be installing Redis at the same time. Check again, and retry after a delay.
      if (attempt < ATTEMPTS && !findServerOnPath()) {
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_DELAY_MS);
        continue;
      }
    }
    const server = findServerOnPath();
    if (server) return server;
    throw new Error(`No Redis server found, and ${installer.tool} failed to install one. ${advice}`);
  }
}

/** @returns {string | undefined} */
function findServerOnPath() {
  return SERVERS.map(onPath).find(Boolean);
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
