import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startChild } from '../harness/child.mjs';
import { brokenImports, pack } from '../harness/package.mjs';
import { freePort, startRedis } from './redis.mjs';
import { orExplain } from './setup.mjs';

/** A small fleet on a free port. */
const DEMO = ['demo', '--port', '0', '--computers', '40', '--due', '8', '--exit-when-done'];

/**
 * `npm run prove:package [-- --node 22]`: builds the npm package, installs it into an empty folder with production
 * packages only, and runs it there: the command line, a receiver and a worker with their health checks, and the demo.
 * `--node` runs the installed package with this major version of Node.js, installed from the npm registry.
 */
async function provePackage() {
  const { values } = parseArgs({ options: { node: { type: 'string' } } });
  const folder = mkdtempSync(join(tmpdir(), 'recert-package-'));
  const home = join(folder, 'installed');
  mkdirSync(home);
  writeFileSync(join(home, 'package.json'), '{ "private": true }\n');
  const { tarball } = pack(folder, { build: true });
  const node = values.node ? installNode(join(folder, 'node'), values.node) : process.execPath;
  npmInstall(home, '--omit=dev', tarball);
  const installed = join(home, 'node_modules', 'recert');
  const program = join(installed, 'dist', 'src', 'cli', 'main.js');

  const { checked, broken } = brokenImports(installed);
  check(`${checked} imports resolve`, broken.length === 0, broken.join(', '));
  /** @param {string[]} words */
  const recert = (...words) =>
    startChild(node, [program, ...words], {
      env: { PATH: process.env.PATH, RECERT_CONFIG: join(folder, 'recert.yaml'), REDIS_URL: redis.url },
    });
  /** @param {string[]} words */
  const run = async (...words) => {
    const child = recert(...words);
    const code = await child.ended;
    check(`recert ${words.join(' ')}`, code === 0, child.out() + child.err());
    return child.out();
  };

  const redis = await startRedis({ folder: join(folder, 'redis') });
  /** @type {import('../harness/child.mjs').Child[]} */
  const running = [];
  try {
    const jamf = await freePort();
    const simulator = join(installed, 'dist', 'simulator', 'main.js');
    running.push(startChild(node, [simulator, '--port', String(jamf), '--computers', '20']));
    await running[0]?.until(/Simulated Jamf Pro: (\S+)/);
    const ports = { http: await freePort(), worker: await freePort() };
    writeFileSync(join(folder, 'recert.yaml'), configOf({ jamf, redis: redis.url, ports }));
    const { version } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
    check('recert --version is that of the package', (await run('--version')).trim() === version);
    await run('--help');
    await run('config', 'check');
    for (const [word, ready] of /** @type {const} */ ([
      ['serve', /receiver listens on/],
      ['work', /worker listens on/],
    ])) {
      const child = recert(word);
      running.push(child);
      await child.until(ready);
      await run('healthcheck', word);
    }
    for (const child of running.splice(0).reverse()) await child.end('SIGTERM');
    const demo = await run(...DEMO, '--folder', join(folder, 'demo'));
    check('the demo verifies every due Mac', demo.includes('Verified: 8 of 8 due Macs'));
  } finally {
    for (const child of running.reverse()) await child.end('SIGKILL');
    await redis.stop();
  }
  rmSync(folder, { recursive: true, force: true });
}

/** @param {string} what @param {boolean} holds @param {string} [why] */
function check(what, holds, why = '') {
  if (!holds) throw new Error(`✗ ${what}\n${why}`);
  process.stdout.write(`✓ ${what}\n`);
}

/** @param {string} folder @param {string[]} words */
function npmInstall(folder, ...words) {
  execFileSync(
    'npm',
    ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', ...words],
    { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] },
  );
}

/**
 * Installs Node.js with npm and returns the path of the program.
 * @param {string} folder @param {string} major
 */
function installNode(folder, major) {
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  const name = `node-${process.platform}-${process.arch}`;
  npmInstall(folder, `${name}@${major}`);
  const node = join(folder, 'node_modules', name, 'bin', 'node');
  const version = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim();
  check(`Node.js ${version}`, version.startsWith(`v${major}.`));
  return node;
}

/** @param {{ jamf: number, redis: string, ports: { http: number, worker: number } }} given */
function configOf({ jamf, redis, ports }) {
  return `
redis: { url: '${redis}' }
http: { port: ${ports.http} }
worker: { port: ${ports.worker} }
instances:
  prod:
    url: http://127.0.0.1:${jamf}
    auth: { clientId: recert, clientSecret: ${'s'.repeat(16)} }
    webhooks: { authentication: { type: header, headers: { X-Api-Key: ${'k'.repeat(24)} } } }
    profiles: { okta: { profile: 12 } }
`;
}

await orExplain(provePackage);
