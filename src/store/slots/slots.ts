import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Key } from '../redis/keys.js';
import { defineScript, readLua } from '../redis/script.js';

/**
 * A request for connection slots. A slot allows one concurrent connection to a Jamf Pro server. All processes share
 * the slots. The leases use the clock of Redis, so differences between the clocks of the processes have no effect.
 */
export interface SlotRequest {
  /**
   * `take`: acquires as many of the slots as are free; if none is free, the process is registered as waiting.
   * `more`: the same, but the process is not registered. `renew`: extends the leases; a slot whose lease has
   * expired is acquired again if one is free. `give`: releases the slots.
   */
  what: 'take' | 'more' | 'renew' | 'give';
  /** ID of the process that requests slots. */
  holder: string;
  /** Names of the slots. The process chooses them; no other process may use the same names. */
  slots: readonly string[];
  /** Maximum number of slots for all processes together. */
  most: number;
  /** Lease of a slot, milliseconds. If it is not renewed, the slot is free after this time. */
  leaseMs: number;
}

/**
 * Result of a request: the requested slots that the process now holds, the number of active processes, and whether
 * another process waits for a slot.
 */
export interface SlotAnswer {
  held: readonly string[];
  processes: number;
  wanted: boolean;
}

/** A process that has sent no request for this time, in milliseconds, no longer counts as active. */
const SEEN_MS = 60_000;

/**
 * Creates the connection slots in Redis: two small sorted sets per Jamf Pro server. Requests reject while Redis is
 * unavailable.
 */
export function createSlots({
  redis,
  key,
}: {
  redis: Redis;
  key: Key;
}): (instance: string, request: SlotRequest) => Promise<SlotAnswer> {
  const script = defineScript(redis, {
    name: 'recertSlots',
    lua: readLua(import.meta.url, './slots.lua'),
    keys: ['slots', 'holders', 'wanted'],
    reply: z.tuple([z.array(z.string()), z.int(), z.int()]),
  });
  return async (instance, { what, holder, slots, most, leaseMs }) => {
    const part = (name: string) => key(instance, 'jamf', name);
    const keys = { slots: part('slots'), holders: part('holders'), wanted: part('wanted') };
    const [held, processes, wanted] = await script(keys, [what, holder, most, leaseMs, SEEN_MS, ...slots]);
    return { held, processes, wanted: wanted === 1 };
  };
}

/** Returns the number of connection slots of a Jamf Pro server that are in use by all processes together. */
export async function slotsInUse(
  { redis, key }: { redis: Redis; key: Key },
  instance: string,
): Promise<number> {
  const [seconds = 0, microseconds = 0] = (await redis.time()).map(Number);
  const redisNow = seconds * 1_000 + Math.floor(microseconds / 1_000);
  return redis.zcount(key(instance, 'jamf', 'slots'), `(${redisNow}`, '+inf');
}
