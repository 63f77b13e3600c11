import { join } from 'node:path';
import { orExplain, ROOT, setUp } from './setup.mjs';

/** `npm run simulator`: sets up what is missing and becomes the pretend Jamf Pro. */
await orExplain(async () => {
  setUp({ build: true });
  await import(join(ROOT, 'dist', 'simulator', 'main.js'));
});
