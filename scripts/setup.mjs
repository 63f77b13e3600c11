import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Root folder of the project. */
export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * Path of TypeScript 7, which compiles in a third of the time of version 6. typescript-eslint requires version 6.
 * Both packages contain the program `tsc`, so node_modules/.bin/tsc can be either version.
 */
export const TYPESCRIPT = join(ROOT, 'node_modules', 'typescript7', 'bin', 'tsc');

/** Files and folders from which the build is created. */
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
 * Prepares a clone: installs packages if they are missing or have changed, and builds if the build is outdated.
 * Takes little time if there is nothing to do. Uses only modules of Node.js, because packages may not be installed
 * yet.
 * @param {{ build: boolean }} options
 * @throws Error with instructions
 */
export function setUp({ build }) {
  checkNodeVersion();
  ensurePackages();
  if (build) ensureBuild();
}

/** Runs `work`. On an error, prints the message without a stack trace and sets exit code 1. */
export async function orExplain(/** @type {() => unknown} */ work) {
  try {
    await work();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}

function checkNodeVersion() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  throw new Error(
    `Recert requires Node 20.19 or newer; this is ${process.versions.node}. Install a newer version (see .nvmrc).`,
  );
}

function ensurePackages() {
  // A link leads to the packages of another clone, which `npm ci` would delete.
  const folder = lstatSync(join(ROOT, 'node_modules'), { throwIfNoEntry: false });
  if (folder?.isSymbolicLink()) return;
  const marker = join(ROOT, 'node_modules', '.recert-packages');
  const wanted = hash(readFileSync(join(ROOT, 'package-lock.json')));
  if (read(marker) === wanted) return;
  process.stderr.write('Installing packages (npm ci).\n');
  try {
    execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: ROOT,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  } catch {
    throw new Error(
      'Cannot install packages: npm ci failed, see above. Check that the package registry is reachable.',
    );
  }
  writeFileSync(marker, wanted);
}

const BUILD_MARKER = join(ROOT, 'dist', '.recert-build');

/** Whether `dist` was built from the current source. */
export function isBuilt() {
  return read(BUILD_MARKER) === sourceHash();
}

function sourceHash() {
  return hash(BUILT_FROM.flatMap((name) => fingerprints(join(ROOT, name))).join('\n'));
}

function ensureBuild() {
  const wanted = sourceHash();
  if (read(BUILD_MARKER) === wanted) return;
  process.stderr.write('Building.\n');
  try {
    execFileSync(process.execPath, [join(ROOT, 'scripts', 'build.mjs')], {
      cwd: ROOT,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  } catch {
    throw new Error('The build failed, see above. Run `npm run build` to repeat it.');
  }
  writeFileSync(BUILD_MARKER, wanted);
}

/**
 * Returns path, size and modification time of every file below `path`, to detect changes without reading the files.
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
