import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const FOLDER = fileURLToPath(new URL('.', import.meta.url));
/** Receiver that the development server proxies to: `RECERT_URL=http://127.0.0.1:8080 npx vite console`. */
const RECEIVER = process.env.RECERT_URL ?? 'http://127.0.0.1:8080';
/** Limit for the scripts of the first load, gzip-compressed: a phone on a slow network loads them before it shows anything. */
const BUDGET_BYTES = 300_000;

export default defineConfig({
  root: FOLDER,
  base: '/',
  plugins: [react(), compressed(), firstLoadBudget()],
  // The receiver replaces this placeholder with a new nonce in each response: see src/api/pages/console.ts.
  html: { cspNonce: 'RECERT_CSP_NONCE' },
  build: {
    outDir: '../dist/console',
    emptyOutDir: true,
    // The licenses of the bundled packages, which require that their texts are distributed with the bundle.
    license: { fileName: 'LICENSES.md' },
    target: 'es2022',
    // Never inline assets: a data: URL needs an exception in the content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: { proxy: Object.fromEntries(['/api', '/queues'].map((path) => [path, { target: RECEIVER }])) },
});

/** Writes a .br and a .gz copy of each script, style and SVG, so that the receiver does not compress at request time. */
function compressed(): Plugin {
  return {
    name: 'compressed',
    apply: 'build',
    writeBundle(options, bundle) {
      const folder = options.dir ?? FOLDER;
      for (const name of Object.keys(bundle).filter((file) => /\.(?:js|css|svg)$/u.test(file))) {
        const content = readFileSync(`${folder}/${name}`);
        writeFileSync(`${folder}/${name}.br`, brotliCompressSync(content));
        writeFileSync(`${folder}/${name}.gz`, gzipSync(content));
      }
    },
  };
}

/** Prints the compressed size of the first load. Fails the build when the scripts exceed the budget. */
function firstLoadBudget(): Plugin {
  return {
    name: 'first-load-budget',
    apply: 'build',
    writeBundle(options, bundle) {
      const folder = options.dir ?? FOLDER;
      const size = (names: readonly string[]) =>
        names.reduce((sum, name) => sum + gzipSync(readFileSync(`${folder}/${name}`)).length, 0);
      const scripts = Object.values(bundle).flatMap((part) =>
        part.type === 'chunk' && part.isEntry ? [part.fileName, ...part.imports] : [],
      );
      const styles = Object.keys(bundle).filter((name) => name.endsWith('.css'));
      const script = size(scripts);
      process.stdout.write(
        `First load, compressed: ${kB(script)} of scripts (budget ${kB(BUDGET_BYTES)}), ${kB(size(styles))} of styles.\n`,
      );
      if (script > BUDGET_BYTES)
        this.error(`The scripts of the first load exceed the budget of ${kB(BUDGET_BYTES)}.`);
    },
  };
}

function kB(bytes: number): string {
  return `${(bytes / 1000).toFixed(0)} kB`;
}
