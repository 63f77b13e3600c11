import type { IdempotencyStore } from '../../store/audit/idempotency.js';
import { Problem } from '../../contract/problem.js';
import type { Reply } from './route.js';

const KEY = /^[\x21-\x7e]{1,128}$/u;

/**
 * Does what a request asks once for each idempotency key, and gives the same answer when it is asked again within a day.
 * A refusal is not remembered: nothing was done, and the reason may be gone.
 *
 * @throws Problem when the key is still being worked on, was used for another request, or is not a key.
 */
export async function once(
  store: IdempotencyStore,
  { scope, key, request }: { scope: string; key: string; request: string },
  work: () => Promise<Reply<unknown>>,
): Promise<{ reply: Reply<unknown>; replayed: boolean }> {
  if (!KEY.test(key))
    throw new Problem(
      'invalid-request',
      'Idempotency-Key: give 1 to 128 visible ASCII characters, a UUID for example.',
    );
  const claim = await store.claim(scope, key, request);
  switch (claim.state) {
    case 'answered':
      return { reply: claim.answer, replayed: true };
    case 'running':
      throw new Problem(
        'still-running',
        'The first request with this idempotency key is still being worked on. Ask again in a few seconds.',
        {},
        { 'Retry-After': '2' },
      );
    case 'other-request':
      throw new Problem(
        'key-reused',
        'This idempotency key was used for another request within the last day. Take a new key for a new request.',
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
