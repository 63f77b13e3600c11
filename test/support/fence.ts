import type { Fence } from '../../src/domain/fence.js';
/** Permits every write, for tests of code behind the fence. */
export const OPEN: Fence = { check: () => Promise.resolve(null), maxAgeMs: Infinity };
