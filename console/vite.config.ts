import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const FOLDER = fileURLToPath(new URL('.', import.meta.url));
/** Where the receiver listens while the console is developed: `RECERT_URL=http://127.0.0.1:8080 npx vite console`. */
const RECEIVER = process.env.RECERT_URL ?? 'http://127.0.0.1:8080';
/** First load, compressed: what a phone on a bad network has to fetch before it shows anything. */
const BUDGET_BYTES = 300_000;

export default defineConfig({
  root: FOLDER,
  base: '/',
  plugins: [react(), compressed(), firstLoadBudget()],
  // The receiver puts a fresh nonce here for each answer: see src/api/console.ts.
  html: { cspNonce: 'RECERT_CSP_NONCE' },
  build: {
    outDir: '../dist/console',
    emptyOutDir: true,
    target: 'es2022',
    // A data: URL would need an exception in the content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: { proxy: Object.fromEntries(['/api', '/queues'].map((path) => [path, { target: RECEIVER }])) },
});

/** Puts a compressed copy beside each file that shrinks, so that the receiver need not compress anything while it serves. */
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

/** Prints what the first page loads, compressed, and fails the build when the scripts are above the budget. */
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
        `First load: ${kB(script)} of script (budget ${kB(BUDGET_BYTES)}), ${kB(size(styles))} of style, compressed.\n`,
      );
      if (script > BUDGET_BYTES) this.error(`The first load is above its budget of ${kB(BUDGET_BYTES)}.`);
    },
  };
}

function kB(bytes: number): string {
  return `${(bytes / 1000).toFixed(0)} kB`;
}
