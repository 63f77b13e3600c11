import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './setup.mjs';

/** Builds everything into dist/: the two processes and the command line, the Lua beside the stores, the console. */
function build() {
  rmSync(join(ROOT, 'dist'), { recursive: true, force: true });
  run('tsc', '-p', 'tsconfig.build.json');
  cpSync(join(ROOT, 'src'), join(ROOT, 'dist', 'src'), {
    recursive: true,
    filter: (path) => !/\.[^./]+$/.test(path) || path.endsWith('.lua'),
  });
  if (existsSync(join(ROOT, 'console', 'vite.config.ts')))
    run('vite', 'build', '--config', 'console/vite.config.ts');
}

/** @param {string} tool @param {string[]} words */
function run(tool, ...words) {
  execFileSync(join(ROOT, 'node_modules', '.bin', tool), words, { cwd: ROOT, stdio: 'inherit' });
}

build();
