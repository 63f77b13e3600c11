import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { ROOT, TYPESCRIPT } from './setup.mjs';

/** Files of Swagger UI to serve, including the license files that must be distributed with it. */
const DOCS = [
  'swagger-ui-bundle.js',
  'swagger-ui.css',
  'LICENSE',
  'NOTICE',
  'swagger-ui-bundle.js.LICENSE.txt',
];

/** Builds receiver, worker, CLI, Lua scripts, console and API documentation into dist/. */
function build() {
  rmSync(join(ROOT, 'dist'), { recursive: true, force: true });
  execFileSync(process.execPath, [TYPESCRIPT, '-p', 'tsconfig.build.json'], { cwd: ROOT, stdio: 'inherit' });
  cpSync(join(ROOT, 'src'), join(ROOT, 'dist', 'src'), {
    recursive: true,
    filter: (path) => !/\.[^./]+$/.test(path) || path.endsWith('.lua'),
  });
  if (existsSync(join(ROOT, 'console', 'vite.config.ts')))
    run('vite', 'build', '--config', 'console/vite.config.ts');
  copyDocs();
}

/** Copies and precompresses the files for /api/docs, so that the swagger-ui-dist package is not needed in production. */
function copyDocs() {
  const to = join(ROOT, 'dist', 'api-docs');
  mkdirSync(to, { recursive: true });
  for (const name of DOCS) {
    const content = readFileSync(join(ROOT, 'node_modules', 'swagger-ui-dist', name));
    writeFileSync(join(to, name), content);
    if (!/\.(?:js|css)$/u.test(name)) continue;
    writeFileSync(join(to, `${name}.br`), brotliCompressSync(content));
    writeFileSync(join(to, `${name}.gz`), gzipSync(content));
  }
}

/** @param {string} tool @param {string[]} words */
function run(tool, ...words) {
  execFileSync(join(ROOT, 'node_modules', '.bin', tool), words, { cwd: ROOT, stdio: 'inherit' });
}

build();
