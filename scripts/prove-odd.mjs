import { join } from 'node:path';
import { handOver } from './child.mjs';
import { orExplain, ROOT, setUp } from './setup.mjs';

/**
 * `npm run prove:odd [-- <Macs>]`: renews a fleet of 300 Macs whose Jamf Pro server has all known oddities at the
 * same time. Exits with code 0 on success.
 */
await orExplain(async () => {
  setUp({ build: false });
  const test = 'test/integration/redistribute/odd-server.test.ts';
  await handOver(join(ROOT, 'node_modules', '.bin', 'vitest'), ['run', '--project', 'integration', test], {
    RECERT_ODD_MACS: process.argv[2] ?? '300',
  });
});
