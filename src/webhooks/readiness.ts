import type { Check } from '../telemetry/health.js';
import type { Spool } from './spool/spool.js';

/** Whether webhooks can be taken: by Redis, or by the spool while Redis is away. */
export function checkWebhooks(
  askRedis: () => Promise<unknown>,
  spool: Pick<Spool, 'active' | 'bytes' | 'check'> | null,
): Check {
  return async () => {
    const problem = await askRedis().then(
      () => null,
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
    if (problem === null)
      return spool?.active()
        ? { note: `${spool.bytes()} bytes of webhooks on the local disk are on their way into Redis` }
        : null;
    const away = `cannot be reached, webhooks are`;
    if (!spool) return `${away} answered with 503: ${problem}`;
    const full = await spool.check();
    return full === null
      ? { note: `${away} kept on the local disk (${spool.bytes()} bytes): ${problem}` }
      : `${away} answered with 503: ${problem}; nor can the local disk: ${full}`;
  };
}
