import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * Package managers; the first one found is used. `prepare`: words that update the list of packages.
 * @type {readonly { tool: 'apt-get' | 'dnf' | 'apk' | 'brew', prepare?: string[], install: string[], root: boolean }[]}
 */
const INSTALLERS = [
  {
    tool: 'apt-get',
    prepare: ['update', '-qq'],
    // Lock timeout in seconds: waits for another running installation.
    install: ['install', '-y', '-qq', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=300'],
    root: true,
  },
  { tool: 'dnf', install: ['install', '-y', '-q'], root: true },
  { tool: 'apk', install: ['add', '--quiet'], root: true },
  { tool: 'brew', install: ['install', '--quiet'], root: false },
];

/**
 * Number of attempts to install a program, and the delay between them. A package manager fails while another instance
 * of it is running.
 */
const ATTEMPTS = 3;
const RETRY_DELAY_MS = 3_000;

/**
 * @typedef {object} Program
 * @property {string} name for messages, such as `Redis server`
 * @property {readonly string[]} programs names of its executable; the first one on PATH is used
 * @property {Readonly<Record<'apt-get' | 'dnf' | 'apk' | 'brew', string>>} packages its package, by package manager
 * @property {string} advice what to do if it cannot be installed
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
 * Returns the path of a program on PATH; installs it with the system's package manager if necessary.
 * @param {Program} program
 * @throws Error with instructions if the installation is not possible
 * @returns {string}
 */
export function findOrInstall(program) {
  return find(program) ?? install(program);
}

/** @param {Program} program */
function find({ programs }) {
  return programs.map(onPath).find(Boolean);
}

/** @param {Program} program */
function install(program) {
  const { name, packages, advice } = program;
  const installer = INSTALLERS.find(({ tool }) => onPath(tool));
  if (!installer) throw new Error(`No ${name} found, and no package manager to install one. ${advice}`);
  const { tool, prepare, root } = installer;
  if (root && process.getuid?.() !== 0)
    throw new Error(`No ${name} found, and installing one with ${tool} requires root. ${advice}`);
  process.stderr.write(`No ${name} found. Installing one with ${tool}.\n`);
  // Debian starts installed services by default. RUNLEVEL=1 prevents a service on the default port.
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  const run = (/** @type {string[]} */ words) =>
    execFileSync(tool, words, { stdio: ['ignore', 'ignore', 'inherit'], env });
  for (let attempt = 1; ; attempt += 1) {
    try {
      if (prepare) run(prepare);
      run([...installer.install, packages[tool]]);
    } catch {
      // Another setup may be installing the program at the same time. Check again, and retry after a delay.
      if (attempt < ATTEMPTS && !find(program)) {
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_DELAY_MS);
        continue;
      }
    }
    const found = find(program);
    if (found) return found;
    throw new Error(`No ${name} found, and ${tool} failed to install one. ${advice}`);
  }
}
