import type { Redis } from 'ioredis';
import { createHints, type Hints } from './hints.js';
import type { Key } from '../redis/keys.js';

/**
 * The backlog of watched profiles that must be read again. It works like the assessment backlog, but contains the IDs
 * of profiles instead of Macs.
 */
export type ProfileHints = Pick<Hints, 'add' | 'claim' | 'done' | 'nextDueAt' | 'clearScheduledJob'>;

/** Creates the backlog of watched profiles. It is an assessment backlog with separate Redis keys. */
export function createProfileHints({
  redis,
  key,
  now,
}: {
  redis: Redis;
  key: Key;
  now: () => number;
}): ProfileHints {
  return createHints({ redis, key: (...parts) => key(...parts, 'of-profiles'), now });
}
