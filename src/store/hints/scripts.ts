import type { Redis } from 'ioredis';
import { z } from 'zod';
import { defineScript, readLua } from '../redis/script.js';

/**
 * A time in the reply of a Lua script, parsed to epoch milliseconds or `null`. Scripts return times as text,
 * because Redis truncates Lua numbers to integers. An empty text means that there is no time.
 */
export const instantReply = z.string().transform((text) => (text === '' ? null : Number(text)));

const claimReply = z.array(z.tuple([z.string(), z.string(), instantReply]));

/** Defines the scripts of the assessment backlog. The names of their keys are those of `hintKeys`. */
export function createHintScripts(redis: Redis) {
  return {
    add: defineScript(redis, {
      name: 'recertHintsAdd',
      lua: readLua(import.meta.url, './merge.lua', './add.lua'),
      keys: ['hints', 'facts', 'revision', 'awake'],
      reply: instantReply,
    }),
    claim: defineScript(redis, {
      name: 'recertHintsClaim',
      lua: readLua(import.meta.url, './claim.lua'),
      keys: ['hints', 'facts', 'seen', 'hold'],
      reply: claimReply,
    }),
    done: defineScript(redis, {
      name: 'recertHintsDone',
      lua: readLua(import.meta.url, './done.lua'),
      keys: ['hints', 'facts'],
      reply: z.int(),
    }),
    nextRipe: defineScript(redis, {
      name: 'recertHintsNextRipe',
      lua: readLua(import.meta.url, './next-ripe.lua'),
      keys: ['hints', 'hold'],
      reply: instantReply,
    }),
    watch: defineScript(redis, {
      name: 'recertHintsWatch',
      lua: readLua(import.meta.url, './watch.lua'),
      keys: ['watch'],
      reply: z.int(),
    }),
  };
}
