import type { Redis } from 'ioredis';
import { createHints, type Hints } from './hints.js';
import type { Key } from '../redis/keys.js';

/** The watched profiles that deserve a look: as hints of Macs, with ids of profiles. */
export type ProfileHints = Pick<Hints, 'add' | 'claim' | 'done' | 'nextRipe' | 'slept'>;

/** The same mechanism as for Macs, under keys of its own: durable, collapsing, leased while somebody is at it. */
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
