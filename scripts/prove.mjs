import { join } from 'node:path';
import { handOver } from './child.mjs';
import { orExplain, ROOT, setUp } from './setup.mjs';

/** `npm run prove:<what>`: installs and builds what is missing and runs the proof; its exit code is the verdict. */
await orExplain(async () => {
  setUp({ build: true });
  await handOver(process.execPath, [
    '--import',
    'tsx',
    join(ROOT, 'prove', 'main.ts'),
    ...process.argv.slice(2),
  ]);
});
