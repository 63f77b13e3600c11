import type { Fence } from '../../src/domain/fence.js';
/** Permits every write, for tests of what lies behind the fence. */
export const OPEN: Fence = { check: () => Promise.resolve(null), maxAgeMs: Infinity };
