import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import { storedFormat } from '../../json/stored.js';
import type { Key } from '../redis/keys.js';

/** How long the response to a request is kept, milliseconds. */
const ANSWER_KEPT_MS = 24 * 3_600_000;
/**
 * Maximum duration of a request, milliseconds. After this time, the idempotency key of a process that failed can
 * be used again.
 */
const RUNNING_MS = 60_000;

const recordSchema = z.object({
  /** Hash of the request. It shows when the key is used again for a different request. */
  request: z.string(),
  /** `null` while the first request is in progress. */
  answer: z.object({ status: z.int(), body: z.unknown() }).nullable(),
});

const format = storedFormat('idempotency key', recordSchema);

/**
 * Result of claiming an idempotency key: acquired, in progress in another process, used for a different request,
 * or completed.
 */
export type Claim =
  | { state: 'mine' }
  | { state: 'running' }
  | { state: 'other-request' }
  | { state: 'answered'; answer: { status: number; body: unknown } };

/** Stores responses by idempotency key, so a repeated request is executed only once. */
export interface IdempotencyStore {
  /** Claims an idempotency key. `scope` identifies user and route; `request` is the whole request as text. */
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
      // The key expired between the two commands. If the client repeats the request, the key is free.
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
