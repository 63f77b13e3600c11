import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { orExplain, ROOT, setUp } from './setup.mjs';

/** `npm run prove:<what>`: installs and builds what is missing and runs the proof; its exit code is the verdict. */
await orExplain(async () => {
  setUp({ build: true });
  const words = ['--import', 'tsx', join(ROOT, 'prove', 'main.ts'), ...process.argv.slice(2)];
  const child = spawn(process.execPath, words, { stdio: 'inherit' });
  process.exitCode = await new Promise((resolve) => child.on('exit', (code) => resolve(code ?? 1)));
});
