import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the project. */
export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** What the build is made from. */
const BUILT_FROM = [
  'src',
  'workers',
  'simulator',
  'console',
  'scripts',
  'tsconfig.json',
  'tsconfig.build.json',
  'package-lock.json',
];

/**
 * Makes a fresh clone able to run, quickly when there is nothing to do: packages when missing or changed, the build when stale.
 * It uses nothing but Node itself, since it runs before any package is there.
 * @param {{ build: boolean }} options
 * @throws Error with one sentence that says what to do
 */
export function setUp({ build }) {
  requireNode();
  packagesAreThere();
  if (build) buildIsFresh();
}

/** Runs `work`; when it throws, prints its sentence alone (no stack: the reader is a newcomer) and ends with 1. */
export async function orExplain(/** @type {() => unknown} */ work) {
  try {
    await work();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}

function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  throw new Error(
    `Recert needs Node 20.19 or newer and this is ${process.versions.node}: install a newer one (see .nvmrc).`,
  );
}

function packagesAreThere() {
  const marker = join(ROOT, 'node_modules', '.recert-packages');
  const wanted = hash(readFileSync(join(ROOT, 'package-lock.json')));
  if (read(marker) === wanted) return;
  process.stderr.write('Installing packages (npm ci).\n');
  try {
    execFileSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: ROOT,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  } catch {
    throw new Error(
      'The packages could not be installed: npm ci failed, see above. Is the package registry reachable?',
    );
  }
  writeFileSync(marker, wanted);
}

function buildIsFresh() {
  const marker = join(ROOT, 'dist', '.recert-build');
  const wanted = hash(BUILT_FROM.flatMap((name) => fingerprints(join(ROOT, name))).join('\n'));
  if (read(marker) === wanted) return;
  process.stderr.write('Building.\n');
  try {
    execFileSync(process.execPath, [join(ROOT, 'scripts', 'build.mjs')], {
      cwd: ROOT,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  } catch {
    throw new Error('The build failed, see above. `npm run build` shows it again.');
  }
  writeFileSync(marker, wanted);
}

/**
 * Path, size and time of change of every file below: enough to tell that something changed, without reading it.
 * @param {string} path
 * @returns {string[]}
 */
function fingerprints(path) {
  if (!existsSync(path)) return [];
  const { isDirectory, size, mtimeMs } = describe(path);
  if (!isDirectory) return [`${path} ${size} ${mtimeMs}`];
  return readdirSync(path)
    .sort()
    .flatMap((name) => fingerprints(join(path, name)));
}

/** @param {string} path */
function describe(path) {
  const stat = statSync(path);
  return { isDirectory: stat.isDirectory(), size: stat.size, mtimeMs: stat.mtimeMs };
}

/** @param {string} file */
function read(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

/** @param {string | Buffer} content */
function hash(content) {
  return createHash('sha256').update(content).digest('hex');
}
