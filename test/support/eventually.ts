import { expect, vi } from 'vitest';

/** Below the time limit of a test, so that the error of the last attempt is reported. Only a test that fails takes this long. */
const PATIENCE_MS = 4 * 60_000;

/** Time limit of a test that renews a fleet: an overloaded machine needs many minutes. */
export const LONG_TEST_MS = 15 * 60_000;

/** Time limit for conditions of such a test. */
export const LONG_PATIENCE_MS = LONG_TEST_MS - 60_000;

/** Calls `look` until it no longer throws, and returns its value. */
export function eventually<T>(look: () => T | Promise<T>, patienceMs = PATIENCE_MS): Promise<T> {
  return vi.waitFor(look, { timeout: patienceMs, interval: 50 });
}

/** Calls `holds` until it returns something other than false, null, undefined, 0 or ''. The error of a failure contains the condition. */
export function untilTrue(holds: () => unknown, patienceMs = PATIENCE_MS): Promise<void> {
  return eventually(async () => expect(await holds(), holds.toString()).toBeTruthy(), patienceMs);
}
