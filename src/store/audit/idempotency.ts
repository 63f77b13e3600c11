import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import { storedFormat } from '../../json/stored.js';
import type { Key } from '../redis/keys.js';

/** Time for which the response to a request is kept, milliseconds. */
const ANSWER_KEPT_MS = 24 * 3_600_000;
/**
 * Maximum duration of a request, milliseconds. If a process is killed during a request, its idempotency key can be
 * used again after this time.
 */
const RUNNING_MS = 60_000;

const recordSchema = z.object({
  /** Hash of the request. It shows whether the key is used again for a different request. */
  request: z.string(),
  /** `null` while the first request is in progress. */
  answer: z.object({ status: z.int(), body: z.unknown() }).nullable(),
});

const format = storedFormat('idempotency key', recordSchema);

/**
 * Result of claiming an idempotency key: the calling code acquired it; a request with the key is in progress; the key
 * was used for a different request; or the request was completed.
 */
export type Claim =
  | { state: 'mine' }
  | { state: 'running' }
  | { state: 'other-request' }
  | { state: 'answered'; answer: { status: number; body: unknown } };

/** Stores responses by idempotency key, so a repeated request is executed only once. */
export interface IdempotencyStore {
  /** Claims an idempotency key. `scope`: the user and the route; `request`: the whole request as text. */
  claim(scope: string, idempotencyKey: string, request: string): Promise<Claim>;
  answer(
    scope: string,
    idempotencyKey: string,
    request: string,
    answer: { status: number; body: unknown },
  ): Promise<void>;
  /** Releases the key after the request was rejected, so the same request can be repeated. */
  release(scope: string, idempotencyKey: string): Promise<void>;
}

/** Creates the store of idempotency keys in Redis. */
export function createIdempotencyStore({ redis, key }: { redis: Redis; key: Key }): IdempotencyStore {
  const keyOf = (scope: string, idempotencyKey: string) =>
    key('idempotency', hash(`${scope}\n${idempotencyKey}`));
  return {
    async claim(scope, idempotencyKey, request) {
      const mine = format.write({ request: hash(request), answer: null });
      const name = keyOf(scope, idempotencyKey);
      if ((await redis.set(name, mine, 'PX', RUNNING_MS, 'NX')) === 'OK') return { state: 'mine' };
      const before = await redis.get(name);
      // The key expired between the two commands. It is free if the client repeats the request.
      if (before === null) return { state: 'running' };
      const record = format.read(before, idempotencyKey);
      if (record.request !== hash(request)) return { state: 'other-request' };
      return record.answer === null
        ? { state: 'running' }
        : { state: 'answered', answer: { status: record.answer.status, body: record.answer.body } };
    },
    async answer(scope, idempotencyKey, request, answer) {
      const record = format.write({ request: hash(request), answer });
      await redis.set(keyOf(scope, idempotencyKey), record, 'PX', ANSWER_KEPT_MS);
    },
    async release(scope, idempotencyKey) {
      await redis.del(keyOf(scope, idempotencyKey));
    },
  };
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
