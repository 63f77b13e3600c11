import { join } from 'node:path';
import { orExplain, ROOT, setUp } from './setup.mjs';

/** `npm run simulator`: installs packages and builds if necessary, then runs the Jamf Pro simulator. */
await orExplain(async () => {
  setUp({ build: true });
  await import(join(ROOT, 'dist', 'simulator', 'main.js'));
});
