import { setTimeout } from 'node:timers/promises';

/**
 * Time after the first failure during which calls are repeated, milliseconds. It is shorter than the timeout for Redis.
 */
const RESEND_MS = 800;
const PAUSE_MS = 50;

/**
 * Creates a function that repeats a call while the connection to Redis is replaced, so that a failover does not
 * reject webhooks. `RESEND_MS` is counted from the first failure of any call, so that calls fail immediately during a
 * longer outage. Calls must be idempotent.
 */
export function createResend(
  isConnectionLoss: (error: unknown) => boolean,
): <T>(call: () => Promise<T>) => Promise<T> {
  let failingSince: number | null = null;
  return async (call) => {
    for (;;) {
      try {
        const result = await call();
        failingSince = null;
        return result;
      } catch (error) {
        if (!isConnectionLoss(error)) throw error;
        failingSince ??= performance.now();
        if (performance.now() - failingSince > RESEND_MS) throw error;
        await setTimeout(PAUSE_MS);
      }
    }
  };
}
