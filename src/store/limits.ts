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
  /** How much room there is; takes nothing. Whoever has no turn stands in line from then on. */
  look(instance: string, profile: string, request: TokenRequest): Promise<Room>;
  /** Takes a token, if it is its turn. */
  take(instance: string, profile: string, request: TokenRequest): Promise<Token>;
}

/** Who asks for room under the caps of a watched profile. */
export interface TokenRequest {
  redistributionId: string;
  attempt: number;
  caps: Caps;
  now: number;
  /** A person overrides the hourly cap. */
  overHourlyCap: boolean;
  /** Those with a lower one go first: the instant of expiry. */
  rank: number;
  /** How long after it should have asked again a place in the line is kept, milliseconds. */
  keptMs: number;
}

const HOUR_MS = 3_600_000;

const pauseSchema = z.object({ by: z.string(), reason: z.string(), at: z.int() });

const takeReply = z.tuple([z.int(), z.int(), z.string(), z.int(), z.int()]);

/** Pause and caps in Redis. */
export function createLimitStore({ redis, key }: { redis: Redis; key: Key }): LimitStore {
  const pauseKey = (instance: string) => key(instance, 'pause');
  const script = defineScript(redis, {
    name: 'recertLimitsTake',
    lua: readLua(import.meta.url, './limits/take.lua'),
    keys: ['hour', 'inFlight', 'line', 'places'],
    reply: takeReply,
  });

  async function ask(
    instance: string,
    profile: string,
    { redistributionId, attempt, caps, now, overHourlyCap, rank, keptMs }: TokenRequest,
    takes: boolean,
  ): Promise<Room> {
    const keys = redistributionKeys(key, instance);
    const [turn, used, freeAt, flying, ahead] = await script(
      {
        hour: keys.hour(profile),
        inFlight: keys.inFlight(profile),
        line: keys.line(profile),
        places: keys.places(profile),
      },
      [
        now,
        HOUR_MS,
        caps.hourly,
        caps.inFlight,
        redistributionId,
        attemptMember(redistributionId, attempt),
        overHourlyCap ? '1' : '0',
        rank,
        keptMs,
        takes ? '1' : '0',
      ],
    );
    return {
      turn: turn === 1,
      hourly: { used, cap: caps.hourly, freeAt: freeAt === '' ? null : Math.ceil(Number(freeAt)) },
      inFlight: { used: flying, cap: caps.inFlight },
      ahead,
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

    look: (instance, profile, request) => ask(instance, profile, request, false),

    async take(instance, profile, request) {
      const room = await ask(instance, profile, request, true);
      return room.turn ? { granted: true } : { granted: false, room };
    },
  };
}

function parsePause(text: string | null): Pause | null {
  return text === null ? null : pauseSchema.parse(JSON.parse(text));
}
