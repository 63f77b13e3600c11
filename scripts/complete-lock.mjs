import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './setup.mjs';

/**
 * `npm run lock`, to run after every `npm install`: adds missing optional packages of other platforms to
 * package-lock.json. npm omits a package without a message if the registry did not serve it, and `npm ci` then
 * rejects the lock file. The added entries have no integrity hash; npm adds the hash on platforms where the package
 * is available.
 */
const file = join(ROOT, 'package-lock.json');
const lock = JSON.parse(readFileSync(file, 'utf8'));

/** @type {Record<string, { version?: string, dev?: boolean, optionalDependencies?: Record<string, string> }>} */
const packages = lock.packages;
const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {}, dev }]) =>
  Object.entries(optionalDependencies)
    .filter(([name]) => !isThere(path, name))
    .map(([name, version]) => ({ name, version, dev })),
);
for (const { name, version, dev } of missing) {
  const platform = { optional: true, ...platformOf(name) };
  packages[`node_modules/${name}`] = { version, ...(dev ? { dev } : {}), ...platform };
}
lock.packages = Object.fromEntries(Object.entries(packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
process.stdout.write(`${missing.length} packages of other platforms added to package-lock.json\n`);

/**
 * Whether the lock file contains a dependency of the package at `path`, in the node_modules folder of the package or
 * of a parent folder.
 * @param {string} path
 * @param {string} name
 */
function isThere(path, name) {
  for (let folder = path; ; folder = folder.slice(0, Math.max(folder.lastIndexOf('/node_modules/'), 0))) {
    if (packages[`${folder ? `${folder}/` : ''}node_modules/${name}`]) return true;
    if (folder === '') return false;
  }
}

/**
 * Derives os and cpu from the name of a platform package, for example `…-linux-x64-musl`.
 * @param {string} name
 */
function platformOf(name) {
  const os = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32'].find((one) =>
    name.includes(one),
  );
  const cpu = ['arm64', 'ia32', 'loong64', 'ppc64', 'riscv64', 's390x', 'wasm32', 'x64', 'arm'].find((one) =>
    name.includes(one),
  );
  return { ...(cpu ? { cpu: [cpu] } : {}), ...(os ? { os: [os] } : {}) };
}
