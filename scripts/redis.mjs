import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { delimiter, join } from 'node:path';

const SERVERS = ['redis-server', 'valkey-server'];

/** How to install a Redis server with the system's package manager, first match wins. */
const INSTALLERS = [
  {
    tool: 'apt-get',
    prepare: ['update', '-qq'],
    // Another that installs at this moment is waited for, seconds.
    install: ['install', '-y', '-qq', '-o', 'DPkg::Lock::Timeout=300', 'redis-server'],
    root: true,
  },
  { tool: 'dnf', install: ['install', '-y', '-q', 'valkey'], root: true },
  { tool: 'apk', install: ['add', '--quiet', 'redis'], root: true },
  { tool: 'brew', install: ['install', '--quiet', 'redis'], root: false },
];

/** How often installing is tried, and how long apart: a package manager refuses while another one runs. */
const ATTEMPTS = 3;
const APART_MS = 3_000;

/**
 * @typedef {object} RedisServer
 * @property {string} url address, such as redis://127.0.0.1:40123
 * @property {number} port
 * @property {number} pid
 * @property {() => Promise<void>} stop ends it gently and waits
 * @property {() => Promise<void>} kill ends it with SIGKILL and waits
 */

/**
 * Where a program is on PATH.
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
 * Path of a Redis (or Valkey) server program: on PATH, else installed with the system's package manager.
 * @throws Error with one sentence that says what to do when neither can be had.
 * @returns {string}
 */
export function findRedisServer() {
  return onPathAny() ?? installRedisServer();
}

function installRedisServer() {
  const advice = 'Install redis-server (or valkey-server), or set REDIS_URL to a Redis server of your own.';
  const installer = INSTALLERS.find(({ tool }) => onPath(tool));
  if (!installer)
    throw new Error(`No Redis server was found, nor a package manager that could install one. ${advice}`);
  if (installer.root && process.getuid?.() !== 0) {
    throw new Error(
      `No Redis server was found, and installing one with ${installer.tool} needs root. ${advice}`,
    );
  }
  process.stderr.write(`No Redis server was found: installing one with ${installer.tool}.\n`);
  // Debian starts what it installs; a service on the default port is not ours to start.
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  const run = (/** @type {string[]} */ words) =>
    execFileSync(installer.tool, words, { stdio: ['ignore', 'ignore', 'inherit'], env });
  for (let attempt = 1; ; attempt += 1) {
    try {
      if (installer.prepare) run(installer.prepare);
      run(installer.install);
    } catch {
      // Two clones that are set up at once are in each other's way: the other may have installed it, or be done in a moment.
      if (attempt < ATTEMPTS && !onPathAny()) {
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, APART_MS);
        continue;
      }
    }
    const server = onPathAny();
    if (server) return server;
    throw new Error(`No Redis server was found, and ${installer.tool} could not install one. ${advice}`);
  }
}

/** @returns {string | undefined} */
function onPathAny() {
  return SERVERS.map(onPath).find(Boolean);
}

/**
 * Starts a private Redis server on loopback, on a port and in a folder of its own, durable as production is
 * (AOF, noeviction).
 * @param {{ folder: string, port?: number }} options the folder is made when missing; its data is read when present
 * @returns {Promise<RedisServer>}
 */
export async function startRedis({ folder, port }) {
  mkdirSync(folder, { recursive: true });
  const program = findRedisServer();
  // Another process may take a free port between finding and using it.
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
  const child = spawn(
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
    { stdio: ['ignore', 'pipe', 'pipe'], detached: true },
  );
  const exited = once(child, 'exit');
  let said = '';
  await new Promise((resolve, reject) => {
    child.stdout.on('data', (/** @type {Buffer} */ chunk) => {
      said = (said + chunk.toString()).slice(-2_000);
      if (said.includes('Ready to accept connections')) resolve(undefined);
    });
    child.on('error', reject);
    child.on('exit', (code) => reject(new Error(`Redis ended with ${code} at its start: ${said.trim()}`)));
  });
  child.stdout.resume();
  child.stderr.resume();
  const end = async (/** @type {NodeJS.Signals} */ signal) => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    await exited;
  };
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    pid: child.pid ?? 0,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  };
}

/**
 * A port on loopback that nobody listens on now.
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
