import type { Check, Note } from '../telemetry/health.js';
import type { Spool } from './spool/spool.js';
import { messageOf } from '../process/error-message.js';

/** Creates the readiness check for webhooks: Redis, or the spool while Redis is unavailable, must accept webhooks. */
export function checkWebhooks(
  askRedis: () => Promise<unknown>,
  spool: Pick<Spool, 'active' | 'bytes' | 'check'> | null,
): Check {
  return async () => {
    const problem = await askRedis().then(() => null, messageOf);
    if (problem === null) return spool && noteOf(spool);
    const unavailable = `unreachable, webhooks are`;
    if (!spool) return `${unavailable} rejected with 503: ${problem}`;
    const full = await spool.check();
    return full === null
      ? { note: `${unavailable} spooled to the local disk (${spool.bytes()} bytes): ${problem}` }
      : `${unavailable} rejected with 503: ${problem}; the local disk is not available either: ${full}`;
  };
}

async function noteOf(spool: Pick<Spool, 'active' | 'bytes' | 'check'>): Promise<Note | null> {
  const unwritable = await spool.check();
  const notes = [
    ...(spool.active() ? [`${spool.bytes()} bytes of spooled webhooks are being replayed into Redis`] : []),
    ...(unwritable === null
      ? []
      : [
          `the spool cannot be written, so webhooks are rejected with 503 while Redis is unavailable: ${unwritable}`,
        ]),
  ];
  return notes.length === 0 ? null : { note: notes.join('; ') };
}
