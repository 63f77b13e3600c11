import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { ROOT } from '../scripts/setup.mjs';

/**
 * Creates the npm package with `npm pack` and unpacks it.
 * @param {string} folder
 * @param {{ build: boolean }} options `build`: runs `prepack`, which builds; otherwise the existing build is packed
 * @returns {{ tarball: string, unpacked: string }}
 */
export function pack(folder, { build }) {
  mkdirSync(folder, { recursive: true });
  const words = ['pack', '--json', '--pack-destination', folder, ...(build ? [] : ['--ignore-scripts'])];
  execFileSync('npm', words, { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] });
  const name = readdirSync(folder).find((file) => file.endsWith('.tgz')) ?? '';
  execFileSync('tar', ['-xzf', name], { cwd: folder });
  return { tarball: join(folder, name), unpacked: join(folder, 'package') };
}

/**
 * Copies the packages that `npm ci --omit=dev --omit=optional` installs, with the versions of package-lock.json, into
 * an unpacked package.
 * @param {string} unpacked
 */
export function addProductionPackages(unpacked) {
  for (const path of productionPackages())
    cpSync(join(ROOT, path), join(unpacked, path), { recursive: true, dereference: true });
}

/** @returns {string[]} paths of the packages in the top folder that an image contains, such as `node_modules/zod` */
function productionPackages() {
  /** @type {{ packages: Record<string, { dev?: boolean, optional?: boolean, devOptional?: boolean }> }} */
  const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'));
  return Object.entries(lock.packages)
    .filter(([path, { dev, optional, devOptional }]) => path !== '' && !dev && !optional && !devOptional)
    .map(([path]) => path)
    .filter((path) => !path.includes('/node_modules/'));
}

/** Matches the module that a line of built code imports or exports from, and the module in `import()`. */
const IMPORT = /^(?:import|export|\}).*?(?<=\bfrom |^import )'([^']+)';$|\bimport\(\s*'([^']+)'\s*\)/gmu;

/**
 * Returns the imports of the built code of a package that do not lead to an existing file, a module of Node.js or a
 * dependency of the package that is installed there.
 * @param {string} unpacked
 * @returns {{ checked: number, broken: string[] }}
 */
export function brokenImports(unpacked) {
  /** @type {{ dependencies: Record<string, string> }} */
  const { dependencies } = JSON.parse(readFileSync(join(unpacked, 'package.json'), 'utf8'));
  const files = ['src', 'workers', 'simulator'].flatMap((folder) =>
    readdirSync(join(unpacked, 'dist', folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.js'))
      .map((name) => join(unpacked, 'dist', folder, name)),
  );
  const imports = files.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(IMPORT)].map(([, static_, dynamic]) => ({
      file,
      name: static_ ?? dynamic ?? '',
    })),
  );
  const broken = imports.filter(({ file, name }) => {
    if (isBuiltin(name)) return false;
    if (name.startsWith('.')) return !existsSync(resolve(dirname(file), name));
    const packageName = name.split('/', name.startsWith('@') ? 2 : 1).join('/');
    return !(packageName in dependencies) || !resolves(file, packageName, unpacked);
  });
  return {
    checked: imports.length,
    broken: broken.map(({ file, name }) => `${file.slice(unpacked.length + 1)}: ${name}`),
  };
}

/** @param {string} file @param {string} name @param {string} unpacked */
function resolves(file, name, unpacked) {
  const folders = createRequire(file).resolve.paths(name) ?? [];
  return folders.some((folder) => folder.startsWith(dirname(unpacked)) && existsSync(join(folder, name)));
}
