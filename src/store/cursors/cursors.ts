import { z } from 'zod';
import type { FleetFall } from '../../domain/health/fleet-fall.js';
import { storedFormat } from '../../json/stored.js';
import { type StoreAccess, unreported } from '../redis/unreadable.js';
import { defineScript, readLua } from '../redis/script.js';

const sweepResultSchema = z.object({
  /** By name of the watched profile. */
  coverage: z.record(
    z.string(),
    z.object({
      computers: z.number(),
      known: z.number(),
      inactive: z.number().optional(),
      subjects: z.array(z.object({ subject: z.string(), count: z.number() })),
    }),
  ),
  /** IDs of Macs whose records could not be read. If the ID is not known, the position of the record in the inventory. */
  setAside: z.array(z.string()),
});

const NO_RESULT: SweepResult = { coverage: {}, setAside: [] };

const fallSchema = z.object({
  at: z.number(),
  known: z.number(),
  missing: z.number(),
  acceptedAt: z.number().nullable(),
  overAt: z.number().nullable(),
});

const fullSweepSchema = z.object({
  /** ID of this run of the sweep. */
  run: z.string(),
  startedAt: z.number(),
  /** Hash of the watched profiles when the sweep started (see `markOf`). When the hash changes, the sweep starts again. */
  mark: z.string(),
  /**
   * Number of the next inventory page, from 0; `null` when all pages have been read and only the Macs that were
   * not found remain to be checked.
   */
  page: z.number().nullable(),
  computers: z.number(),
  finishedAt: z.number().nullable(),
  /** Result of the pages that have been read. `before`: result of the previous full sweep. */
  result: sweepResultSchema.default(NO_RESULT),
  before: sweepResultSchema.nullable().default(null),
});

const changedSweepSchema = z.object({
  /** Time of the latest inventory report that a completed sweep has read, on the clock of Jamf Pro. */
  reportedUpTo: z.number(),
});

const fullFormat = storedFormat('sweep progress', fullSweepSchema);
const changedFormat = storedFormat('sweep progress', changedSweepSchema);
const fallFormat = storedFormat<FleetFall>('fall of the fleet', fallSchema);

/** What a sweep of the whole fleet found. */
export type SweepResult = z.output<typeof sweepResultSchema>;
/** Progress of the sweep that reads the whole fleet. */
export type FullSweep = z.output<typeof fullSweepSchema>;
/** Progress of the sweeps that read the Macs whose inventory changed. */
export type ChangedSweep = z.output<typeof changedSweepSchema>;

/**
 * Stores the progress and the lease of each sweep. Only one process runs a sweep at a time, and an interrupted
 * sweep resumes where it stopped.
 */
export interface CursorStore {
  readFull(instance: string): Promise<FullSweep | null>;
  /**
   * Stores the progress if `holder` still holds the lease. Returns `false` if the lease was lost; the calling code
   * must then stop.
   */
  writeFull(instance: string, holder: string, sweep: FullSweep): Promise<boolean>;
  /** Returns the last fall of the fleet (see `FleetFall`), whether or not it has ended; `null` if there was none. */
  readFall(instance: string): Promise<FleetFall | null>;
  writeFall(instance: string, fall: FleetFall): Promise<void>;
  readChanged(instance: string): Promise<ChangedSweep | null>;
  writeChanged(instance: string, holder: string, sweep: ChangedSweep): Promise<boolean>;
  /**
   * Acquires or renews the lease of a sweep for `leaseMs` milliseconds. Returns `false` if another process holds
   * the lease.
   */
  lease(instance: string, what: SweepName, holder: string, leaseMs: number): Promise<boolean>;
  /** Releases the lease of a sweep if `holder` holds it. */
  release(instance: string, what: SweepName, holder: string): Promise<void>;
  /** Whether any process holds the lease of a sweep. */
  leased(instance: string, what: SweepName): Promise<boolean>;
}

/** The types of sweeps that read from Jamf Pro or from Okta. */
export type SweepName = 'full' | 'changed' | 'profiles' | 'okta';

/** Creates the store of sweep progress and leases in Redis. */
export function createCursorStore({ redis, key, report = unreported }: StoreAccess): CursorStore {
  const cursorKey = (instance: string, what: SweepName) => key(instance, 'sweep', what);
  const fallKey = (instance: string) => key(instance, 'sweep', 'fall');
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
    // If the progress cannot be read, the sweep starts again.
    readFull: async (instance) =>
      fullFormat.tryRead(await redis.get(cursorKey(instance, 'full')), instance, report),
    writeFull: (instance, holder, sweep) =>
      held(keysOf(instance, 'full'), ['write', holder, fullFormat.write(sweep)]),
    readFall: async (instance) => fallFormat.tryRead(await redis.get(fallKey(instance)), instance, report),
    async writeFall(instance, fall) {
      await redis.set(fallKey(instance), fallFormat.write(fall));
    },
    readChanged: async (instance) =>
      changedFormat.tryRead(await redis.get(cursorKey(instance, 'changed')), instance, report),
    writeChanged: (instance, holder, sweep) =>
      held(keysOf(instance, 'changed'), ['write', holder, changedFormat.write(sweep)]),
    lease: (instance, what, holder, leaseMs) => held(keysOf(instance, what), ['take', holder, leaseMs]),
    async release(instance, what, holder) {
      await held(keysOf(instance, what), ['release', holder, '']);
    },
    leased: async (instance, what) => (await redis.exists(leaseKey(instance, what))) === 1,
  };
}
