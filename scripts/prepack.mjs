import { orExplain, setUp } from './setup.mjs';

/** Runs before `npm pack` and `npm publish`: a package without a build would install, and fail at the first start. */
await orExplain(() => setUp({ build: true }));
