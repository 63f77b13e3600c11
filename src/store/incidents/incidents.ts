import { createHash, randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Incident } from '../../domain/incidents/incident.js';
import { incidentKeys } from './keys.js';
import { type IncidentMemory, readIncidents, rememberIncidents, restoreIncidents } from './memory.js';
import { createNotificationStore, type NotificationStore } from './notifications.js';
import { incidentFormat, type IncidentRecord } from './record.js';
import { type StoreAccess, unreported } from '../redis/unreadable.js';
import { defineScript, readLua } from '../redis/script.js';

export type { IncidentMemory, IncidentRecord };

/** An incident, with the names of the notification channels that report it. */
export type RoutedIncident = Incident & { channels: readonly string[] };

/** Incidents that one check for incidents opened and closed. */
export interface Changes {
  opened: readonly IncidentRecord[];
  closed: readonly IncidentRecord[];
}

/**
 * Stores the incidents of all processes. Each incident is opened once, closed once, and reported on each of its
 * notification channels.
 */
export interface IncidentStore extends NotificationStore {
  /**
   * Acquires the lease for the next check for incidents. The lease lasts `leaseMs` milliseconds or until
   * `reconcile`. Returns the ID of the lease; `null` when another process holds the lease or the next check is not
   * due yet.
   */
  takeTurn(leaseMs: number): Promise<string | null>;
  /**
   * Acquires the lease for a check by a receiver, for `leaseMs` milliseconds. This lease is separate from the lease
   * of the workers and does not block them. Returns the ID of the lease; `null` when another receiver holds it.
   */
  takeReceiversTurn(leaseMs: number): Promise<string | null>;
  /**
   * Compares the incidents that were found with the open incidents. Opens new incidents, and closes those that have
   * been absent for `recoverAfterMs`. Incidents of Jamf Pro servers in `unknown`, whose status cannot be determined,
   * are not closed. All changes and pending notifications are written in one transaction. The next check is due after
   * `everyMs`. Returns `null` when the lease was lost and nothing was changed.
   */
  reconcile(
    turn: string,
    present: readonly RoutedIncident[],
    timing: { now: number; everyMs: number; recoverAfterMs: number; unknown?: ReadonlySet<string> },
  ): Promise<Changes | null>;
  /**
   * Opens one incident unless it is already open, and changes no other incidents. Used by receivers, which hold a
   * separate lease. The next check is due after `everyMs`. Returns `null` when the lease was lost.
   */
  openAlone(
    turn: string,
    incident: RoutedIncident,
    timing: { now: number; everyMs: number },
  ): Promise<readonly IncidentRecord[] | null>;
  /** Returns the time of the last complete check for incidents; `null` when Redis contains none. */
  lastLookAt(): Promise<number | null>;
  /**
   * Returns a copy of the incidents, which the process keeps in memory. If Redis loses data, the incidents are
   * restored from it.
   */
  remember(): Promise<IncidentMemory>;
  /**
   * Restores incidents that Redis has lost since the copy was made, and returns their number. Only the process that
   * holds the lease may call it.
   */
  restore(memory: IncidentMemory, now: number): Promise<number>;
  read(id: string): Promise<IncidentRecord | null>;
}

/** Time for which closed incidents are kept, milliseconds. */
const KEPT_MS = 30 * 86_400_000;
/** Maximum number of closed incidents that one check deletes. */
const MAX_PRUNED = 200;

type Keys = ReturnType<typeof incidentKeys>;

const done = z.int().transform((answer) => answer === 1);

/** Creates the store of incidents in Redis. */
export function createIncidentStore({ redis, key, report = unreported }: StoreAccess): IncidentStore {
  const keys = incidentKeys(key);
  const readMany = (ids: readonly string[]) => readIncidents(redis, keys, ids, report);
  const change = defineScript(redis, {
    name: 'recertIncidentsChange',
    lua: readLua(import.meta.url, './change.lua'),
    keys: ['turn', 'open', 'seen', 'records', 'pending', 'closed', 'looks'],
    reply: done,
  });
  async function take(name: string, leaseMs: number): Promise<string | null> {
    const turn = randomUUID();
    return (await redis.set(name, turn, 'PX', leaseMs, 'NX')) === null ? null : turn;
  }

  async function apply(
    turn: string,
    { now, everyMs }: { now: number; everyMs: number },
    { opened, closed, ...rest }: Changes & { seen: readonly string[]; whole: boolean },
  ): Promise<boolean> {
    const changes = { ...rest, opened: opened.map(packed), closed: closed.map(packed) };
    return change({ ...keys, turn: rest.whole ? keys.turn : keys.receiversTurn }, [
      turn,
      now,
      everyMs,
      JSON.stringify(changes),
    ]);
  }

  return {
    takeTurn: (leaseMs) => take(keys.turn, leaseMs),

    takeReceiversTurn: (leaseMs) => take(keys.receiversTurn, leaseMs),

    async reconcile(turn, present, { now, everyMs, recoverAfterMs, unknown }) {
      const [open, seen] = await Promise.all([redis.hgetall(keys.open), redis.hgetall(keys.seen)]);
      const isPresent = new Set(present.map((incident) => incident.key));
      const opened = present
        .filter((incident) => open[incident.key] === undefined)
        .map((incident) => newRecord(incident, now));
      const goneIds = Object.entries(open)
        .filter(([one, id]) => !isPresent.has(one) && now - Number(seen[id] ?? 0) >= recoverAfterMs)
        .map(([, id]) => id);
      const closed = (await readMany(goneIds))
        .filter(({ incident: { instance } }) => instance === null || !unknown?.has(instance))
        .map((record) => ({ ...record, closedAt: now }));
      const seenIds = [...isPresent].flatMap((one) => open[one] ?? []);
      const applied = await apply(turn, { now, everyMs }, { opened, seen: seenIds, closed, whole: true });
      if (!applied) return null;
      await prune(redis, keys, now);
      return { opened, closed };
    },

    async openAlone(turn, incident, timing) {
      const id = await redis.hget(keys.open, incident.key);
      const opened = id === null ? [newRecord(incident, timing.now)] : [];
      const seen = id === null ? [] : [id];
      return (await apply(turn, timing, { opened, seen, closed: [], whole: false })) ? opened : null;
    },

    async lastLookAt() {
      return z.coerce
        .number()
        .nullable()
        .parse(await redis.hget(keys.looks, 'at'));
    },

    remember: () => rememberIncidents(redis, keys, report),

    restore: (memory, now) => restoreIncidents(redis, keys, memory, now),

    async read(id) {
      return (await readMany([id]))[0] ?? null;
    },

    ...createNotificationStore(redis, keys),
  };
}

/** Deletes incidents that were closed more than `KEPT_MS` ago. */
async function prune(redis: Redis, keys: Keys, now: number): Promise<void> {
  const ids = await redis.zrangebyscore(keys.closed, '-inf', String(now - KEPT_MS), 'LIMIT', 0, MAX_PRUNED);
  const members = (await readIncidents(redis, keys, ids, unreported)).flatMap(({ id, channels }) =>
    channels.map((one) => `${id}/${one}`),
  );
  if (ids.length === 0) return;
  const forget = redis
    .multi()
    .zrem(keys.closed, ...ids)
    .hdel(keys.records, ...ids);
  if (members.length > 0) forget.hdel(keys.told, ...members).zrem(keys.pending, ...members);
  await forget.exec();
}

function newRecord({ channels, ...incident }: RoutedIncident, now: number): IncidentRecord {
  const id = `${createHash('sha256').update(incident.key).digest('hex').slice(0, 12)}-${now}`;
  return { id, incident, openedAt: now, closedAt: null, channels: [...channels] };
}

/** Converts a record to the format that change.lua expects. */
function packed(record: IncidentRecord) {
  const { id, incident, channels } = record;
  return { key: incident.key, id, record: incidentFormat.write(record), channels };
}
