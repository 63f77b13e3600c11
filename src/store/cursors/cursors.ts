import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Key } from '../redis/keys.js';
import { defineScript, readLua } from '../redis/script.js';

const fullSweepSchema = z.object({
  /** Marks one sweep: a holder that lost its lease cannot move the cursor of another. */
  run: z.string(),
  startedAt: z.number(),
  /** Mark of the watched profiles when it started: when they change, it starts anew. */
  mark: z.string(),
  /** The next page of inventory, from 0; `null` when all have been read and only the Macs that were not met remain. */
  page: z.number().nullable(),
  computers: z.number(),
  finishedAt: z.number().nullable(),
});

const changedSweepSchema = z.object({
  /** The latest inventory report that a finished sweep has read, by Jamf's clock. */
  reportedUpTo: z.number(),
});

/** How far the sweep of the whole fleet is. */
export type FullSweep = z.output<typeof fullSweepSchema>;
/** How far the sweeps of what changed are. */
export type ChangedSweep = z.output<typeof changedSweepSchema>;

/** Where sweeps stand, and who is at it: a sweep is never done by two at once, and is taken up where it stopped. */
export interface CursorStore {
  readFull(instance: string): Promise<FullSweep | null>;
  /** Stores it if the lease is still held by `holder`. False: somebody else is at it, stop. */
  writeFull(instance: string, holder: string, sweep: FullSweep): Promise<boolean>;
  readChanged(instance: string): Promise<ChangedSweep | null>;
  writeChanged(instance: string, holder: string, sweep: ChangedSweep): Promise<boolean>;
  /** Takes the lease or prolongs one's own. False: somebody else holds it. It ends by itself after `leaseMs`. */
  lease(instance: string, what: SweepName, holder: string, leaseMs: number): Promise<boolean>;
  /** Gives the lease back, if it is one's own. */
  release(instance: string, what: SweepName, holder: string): Promise<void>;
  /** Whether somebody is at it. */
  leased(instance: string, what: SweepName): Promise<boolean>;
}

/** Sweeps that read Jamf. */
export type SweepName = 'full' | 'changed' | 'profiles';

/** Cursors and leases in Redis. */
export function createCursorStore({ redis, key }: { redis: Redis; key: Key }): CursorStore {
  const cursorKey = (instance: string, what: SweepName) => key(instance, 'sweep', what);
  const leaseKey = (instance: string, what: SweepName) => key(instance, 'sweep', what, 'lease');
  const held = defineScript(redis, {
    name: 'recertSweepLease',
    lua: readLua(import.meta.url, './cursors.lua'),
    keys: ['lease', 'cursor'],
    reply: z.int().transform((done) => done === 1),
  });
  const keysOf = (instance: string, what: SweepName) => ({
    lease: leaseKey(instance, what),
    cursor: cursorKey(instance, what),
  });
  return {
    readFull: async (instance) => parse(fullSweepSchema, await redis.get(cursorKey(instance, 'full'))),
    writeFull: (instance, holder, sweep) =>
      held(keysOf(instance, 'full'), ['write', holder, JSON.stringify(sweep)]),
    readChanged: async (instance) =>
      parse(changedSweepSchema, await redis.get(cursorKey(instance, 'changed'))),
    writeChanged: (instance, holder, sweep) =>
      held(keysOf(instance, 'changed'), ['write', holder, JSON.stringify(sweep)]),
    lease: (instance, what, holder, leaseMs) => held(keysOf(instance, what), ['take', holder, leaseMs]),
    async release(instance, what, holder) {
      await held(keysOf(instance, what), ['release', holder, '']);
    },
    leased: async (instance, what) => (await redis.exists(leaseKey(instance, what))) === 1,
  };
}

function parse<Schema extends z.ZodType>(schema: Schema, text: string | null): z.output<Schema> | null {
  if (text === null) return null;
  const parsed = schema.safeParse(JSON.parse(text));
  return parsed.success ? parsed.data : null;
}
