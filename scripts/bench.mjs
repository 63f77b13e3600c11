import { spawnSync } from 'node:child_process';
import { orExplain, ROOT, setUp } from './setup.mjs';

/** `npm run bench`: sets up what is missing, builds what is stale, and hands over to bench/main.ts. */
await orExplain(() => {
  setUp({ build: true });
  const { status } = spawnSync(
    process.execPath,
    ['--import', 'tsx', 'bench/main.ts', ...process.argv.slice(2)],
    { cwd: ROOT, stdio: 'inherit' },
  );
  process.exitCode = status ?? 1;
});
