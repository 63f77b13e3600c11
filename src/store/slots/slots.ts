import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Key } from '../redis/keys.js';
import { defineScript, readLua } from '../redis/script.js';

/** What is asked of the slots of one Jamf Pro server. Leases run on Redis's clock: those of the processes do not matter. */
export interface SlotRequest {
  /**
   * `take`: as many of the named slots as there is room for; who gets none stands in line. `more`: the same without standing in line.
   * `renew`: prolongs them; one whose lease has run out is taken anew while there is room. `give`: lets them go.
   */
  what: 'take' | 'more' | 'renew' | 'give';
  /** The process. */
  holder: string;
  /** Names of slots, of the caller's choice and unique to it. */
  slots: readonly string[];
  /** Most slots at the same time, over all processes. */
  most: number;
  /** A slot that is not renewed for so long is free again, milliseconds. */
  leaseMs: number;
}

/** What the caller holds of the slots it named, how many processes asked lately, and whether another one stands in line. */
export interface SlotAnswer {
  held: readonly string[];
  processes: number;
  wanted: boolean;
}

/** A process that has not asked for so long is no longer counted. */
const SEEN_MS = 60_000;

/** Slots of an instance in Redis: two small sorted sets. What it gives rejects while Redis is away. */
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
