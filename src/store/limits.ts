import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Caps, Pause, Room, Token } from '../domain/redistribution/evidence.js';
import type { Key } from './keys.js';
import { attemptMember, redistributionKeys } from './redistributions/keys.js';
import { defineScript, readLua } from './script.js';

export type { Caps, Pause, Room, Token };

/** What holds redistributions back, shared by all workers. */
export interface LimitStore {
  pause(instance: string, pause: Pause): Promise<void>;
  /** Returns the pause that ended, `null` when there was none. */
  resume(instance: string): Promise<Pause | null>;
  paused(instance: string): Promise<Pause | null>;
  /** How much room there is; takes nothing. */
  look(instance: string, profile: string, caps: Caps, now: number): Promise<Room>;
  /** Takes a token, if there is room or `overHourlyCap` says that a person overrides the hourly cap. */
  take(
    instance: string,
    profile: string,
    request: { redistributionId: string; attempt: number; caps: Caps; now: number; overHourlyCap: boolean },
  ): Promise<Token>;
}

const HOUR_MS = 3_600_000;

const pauseSchema = z.object({ by: z.string(), reason: z.string(), at: z.int() });

const takeReply = z.tuple([z.int(), z.int(), z.string(), z.int()]);

/** Pause and caps in Redis. */
export function createLimitStore({ redis, key }: { redis: Redis; key: Key }): LimitStore {
  const pauseKey = (instance: string) => key(instance, 'pause');
  const script = defineScript(redis, {
    name: 'recertLimitsTake',
    lua: readLua(import.meta.url, './limits/take.lua'),
    keys: ['hour', 'inFlight'],
    reply: takeReply,
  });

  async function run(
    instance: string,
    profile: string,
    { caps, now, id, attempt, over }: { caps: Caps; now: number; id: string; attempt: string; over: boolean },
  ): Promise<{ granted: boolean; room: Room }> {
    const keys = redistributionKeys(key, instance);
    const [granted, used, freeAt, flying] = await script(
      { hour: keys.hour(profile), inFlight: keys.inFlight(profile) },
      [now, HOUR_MS, caps.hourly, caps.inFlight, id, attempt, over ? '1' : '0'],
    );
    return {
      granted: granted === 1,
      room: {
        hourly: { used, cap: caps.hourly, freeAt: freeAt === '' ? null : Math.ceil(Number(freeAt)) },
        inFlight: { used: flying, cap: caps.inFlight },
      },
    };
  }

  return {
    async pause(instance, pause) {
      await redis.set(pauseKey(instance), JSON.stringify(pause));
    },

    async resume(instance) {
      return parsePause(await redis.getdel(pauseKey(instance)));
    },

    async paused(instance) {
      return parsePause(await redis.get(pauseKey(instance)));
    },

    async look(instance, profile, caps, now) {
      const { room } = await run(instance, profile, { caps, now, id: '', attempt: '', over: false });
      return room;
    },

    async take(instance, profile, { redistributionId, attempt, caps, now, overHourlyCap }) {
      const { granted, room } = await run(instance, profile, {
        caps,
        now,
        id: redistributionId,
        attempt: attemptMember(redistributionId, attempt),
        over: overHourlyCap,
      });
      return granted ? { granted } : { granted, room };
    },
  };
}

function parsePause(text: string | null): Pause | null {
  return text === null ? null : pauseSchema.parse(JSON.parse(text));
}
