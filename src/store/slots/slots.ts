import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Key } from '../redis/keys.js';
import { defineScript, readLua } from '../redis/script.js';

/** A request for connection slots of one Jamf Pro server. Leases use the clock of Redis, so that clock differences between processes have no effect. */
export interface SlotRequest {
  /**
   * `take`: acquires as many of the slots as are free; a holder that gets none is registered as waiting. `more`: the same without waiting.
   * `renew`: extends the leases; an expired slot is acquired again if one is free. `give`: releases the slots.
   */
  what: 'take' | 'more' | 'renew' | 'give';
  /** ID of the process. */
  holder: string;
  /** Names of the slots, chosen by the caller and unique to it. */
  slots: readonly string[];
  /** Maximum number of slots across all processes. */
  most: number;
  /** Lease of a slot in milliseconds; without renewal it is free afterwards. */
  leaseMs: number;
}

/** The requested slots that the caller holds, the number of active processes, and whether another process waits for a slot. */
export interface SlotAnswer {
  held: readonly string[];
  processes: number;
  wanted: boolean;
}

/** A process without a request for this time no longer counts as active. */
const SEEN_MS = 60_000;

/** Creates the slots in Redis: two small sorted sets per instance. Requests reject while Redis is unavailable. */
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
