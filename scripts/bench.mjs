import { handOver } from './child.mjs';
import { orExplain, setUp } from './setup.mjs';

/** `npm run bench`: installs packages and builds if necessary, then runs bench/main.ts. */
await orExplain(async () => {
  setUp({ build: true });
  await handOver(process.execPath, ['--import', 'tsx', 'bench/main.ts', ...process.argv.slice(2)]);
});
