import { setTimeout as after } from 'node:timers/promises';

const LOOK_EVERY_MS = 50;

/**
 * Waits until `look` gives something, and gives it.
 * @throws Error when it takes too long; `what` says what was waited for
 */
export async function until<T>(
  what: string,
  look: () => Promise<T | null | false>,
  timeoutMs = 600_000,
): Promise<T> {
  const endAt = Date.now() + timeoutMs;
  for (;;) {
    const seen = await look();
    if (seen !== null && seen !== false) return seen;
    if (Date.now() > endAt) throw new Error(`waited ${timeoutMs / 1_000} s in vain: ${what}`);
    await after(LOOK_EVERY_MS);
  }
}
