import { setTimeout as after } from 'node:timers/promises';

const POLL_MS = 50;

/**
 * Polls `look` until it returns a value other than `null` and `false`, and returns that value.
 * @throws Error after `timeoutMs` (default 10 minutes); `what` names the awaited condition
 */
export async function until<T>(
  what: string,
  look: () => Promise<T | null | false>,
  timeoutMs = 600_000,
): Promise<T> {
  const endAt = Date.now() + timeoutMs;
  for (;;) {
    const result = await look();
    if (result !== null && result !== false) return result;
    if (Date.now() > endAt) throw new Error(`Timed out after ${timeoutMs / 1_000} s waiting for ${what}`);
    await after(POLL_MS);
  }
}
