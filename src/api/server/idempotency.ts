import type { IdempotencyStore } from '../../store/audit/idempotency.js';
import { Problem } from '../../contract/problem.js';
import type { Reply } from './route.js';

const KEY = /^[\x21-\x7e]{1,128}$/u;

/**
 * Runs `work` once per idempotency key. For one day, repeated requests receive the stored response. Errors are not
 * stored, because nothing was changed and a retry may succeed.
 * @throws Problem when the key is malformed, was used for a different request, or belongs to a request that is still
 * running.
 */
export async function withIdempotency(
  store: IdempotencyStore,
  { scope, key, request }: { scope: string; key: string; request: string },
  work: () => Promise<Reply<unknown>>,
): Promise<{ reply: Reply<unknown>; replayed: boolean }> {
  if (!KEY.test(key))
    throw new Problem(
      'invalid-request',
      'Idempotency-Key: must be 1 to 128 visible ASCII characters, for example a UUID.',
    );
  const claim = await store.claim(scope, key, request);
  switch (claim.state) {
    case 'answered':
      return { reply: claim.answer, replayed: true };
    case 'running':
      throw new Problem(
        'still-running',
        'The first request with this idempotency key is still running. Try again in a few seconds.',
        {},
        { 'Retry-After': '2' },
      );
    case 'other-request':
      throw new Problem(
        'key-reused',
        'This idempotency key was used for a different request within the last day. Use a new key for each request.',
      );
    case 'mine': {
      const reply = await work().catch(async (error: unknown) => {
        await store.release(scope, key);
        throw error;
      });
      await store.answer(scope, key, request, { status: reply.status ?? 200, body: reply.body });
      return { reply, replayed: false };
    }
  }
}
