import { handOver } from './child.mjs';
import { orExplain, setUp } from './setup.mjs';

/** `npm run bench`: sets up what is missing, builds what is stale, and hands over to bench/main.ts. */
await orExplain(async () => {
  setUp({ build: true });
  await handOver(process.execPath, ['--import', 'tsx', 'bench/main.ts', ...process.argv.slice(2)]);
});
