import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Key } from '../redis/keys.js';

/** How long an answer can be asked for again. */
const ANSWER_KEPT_MS = 24 * 3_600_000;
/** How long a request may take: after it a process that died in the middle no longer bars the way. */
const RUNNING_MS = 60_000;

const recordSchema = z.object({
  /** Hash of the request, so that a key used for another request is noticed. */
  request: z.string(),
  /** `null` while the first request is under way. */
  answer: z.object({ status: z.int(), body: z.unknown() }).nullable(),
});

/** What is known of an idempotency key: nothing (it is now yours), under way, used for something else, or answered. */
export type Claim =
  | { state: 'mine' }
  | { state: 'running' }
  | { state: 'other-request' }
  | { state: 'answered'; answer: { status: number; body: unknown } };

/** Answers by idempotency key, so that a request sent twice is done once. */
export interface IdempotencyStore {
  /** `scope` is who asks and what route; `request` the whole request as text. */
  claim(scope: string, idempotencyKey: string, request: string): Promise<Claim>;
  answer(
    scope: string,
    idempotencyKey: string,
    request: string,
    answer: { status: number; body: unknown },
  ): Promise<void>;
  /** Gives the key back after a refusal: nothing was done, so the same may be asked again. */
  release(scope: string, idempotencyKey: string): Promise<void>;
}

/** Idempotency keys in Redis. */
export function createIdempotencyStore({ redis, key }: { redis: Redis; key: Key }): IdempotencyStore {
  const keyOf = (scope: string, idempotencyKey: string) =>
    key('idempotency', hash(`${scope}\n${idempotencyKey}`));
  return {
    async claim(scope, idempotencyKey, request) {
      const mine = JSON.stringify({ request: hash(request), answer: null });
      const name = keyOf(scope, idempotencyKey);
      if ((await redis.set(name, mine, 'PX', RUNNING_MS, 'NX')) === 'OK') return { state: 'mine' };
      const before = await redis.get(name);
      // It ended between the two commands: whoever asks again finds it free.
      if (before === null) return { state: 'running' };
      const record = recordSchema.parse(JSON.parse(before));
      if (record.request !== hash(request)) return { state: 'other-request' };
      return record.answer === null
        ? { state: 'running' }
        : { state: 'answered', answer: { status: record.answer.status, body: record.answer.body } };
    },
    async answer(scope, idempotencyKey, request, answer) {
      const record = JSON.stringify({ request: hash(request), answer });
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
