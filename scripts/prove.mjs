import { join } from 'node:path';
import { handOver } from './child.mjs';
import { orExplain, ROOT, setUp } from './setup.mjs';

/** `npm run prove:<what>`: installs packages and builds if necessary, then runs prove/main.ts; exit code 0 on success. */
await orExplain(async () => {
  setUp({ build: true });
  await handOver(process.execPath, [
    '--import',
    'tsx',
    join(ROOT, 'prove', 'main.ts'),
    ...process.argv.slice(2),
  ]);
});
