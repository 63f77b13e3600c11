import { join } from 'node:path';
import { handOver } from './child.mjs';
import { orExplain, ROOT, setUp } from './setup.mjs';

/** `npm run prove:walk [-- <depth>]`: tests every interleaving of this depth at every step of a normal renewal; exit code 0 on success. */
await orExplain(async () => {
  setUp({ build: false });
  const test = 'test/unit/workers/redistribute/exhaustive.test.ts';
  await handOver(join(ROOT, 'node_modules', '.bin', 'vitest'), ['run', '--project', 'unit', test], {
    WALK_DEPTH: process.argv[2] ?? '2',
  });
});
