import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { orExplain, ROOT, setUp } from './setup.mjs';

const DEPTH = process.argv[2] ?? '2';

/** `npm run prove:walk [-- <depth>]`: every interleaving of that depth at every turn of a good day; the exit code is the verdict. */
await orExplain(async () => {
  setUp({ build: false });
  const vitest = join(ROOT, 'node_modules', '.bin', 'vitest');
  const test = 'test/unit/workers/redistribute/exhaustive.test.ts';
  const child = spawn(vitest, ['run', '--project', 'unit', test], {
    cwd: ROOT,
    stdio: 'inherit',
    env: { ...process.env, WALK_DEPTH: DEPTH },
  });
  process.exitCode = await new Promise((resolve) => child.on('exit', (code) => resolve(code ?? 1)));
});
