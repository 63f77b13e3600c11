import { createHash, randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Incident, Phase } from '../../domain/incidents/incident.js';
import { incidentKeys } from './keys.js';
import { type IncidentMemory, rememberIncidents, restoreIncidents } from './memory.js';
import { type IncidentRecord, recordSchema, toldSchema } from './record.js';
import type { Key } from '../redis/keys.js';
import { defineScript, readLua } from '../redis/script.js';

export type { IncidentMemory, IncidentRecord };

/** Something that is the matter, and the names of the channels on which it is told. */
export type RoutedIncident = Incident & { channels: readonly string[] };

/** What a look has changed. */
export interface Changes {
  opened: readonly IncidentRecord[];
  closed: readonly IncidentRecord[];
}

/** Incidents of all processes: each opened once, closed once, and told to each of its channels. */
export interface IncidentStore {
  /**
   * Whether it is the turn of this process to look; then nobody else looks for `leaseMs`, or until `reconcile`. Returns what names the
   * turn, `null` when another process has it.
   */
  takeTurn(leaseMs: number): Promise<string | null>;
  /** As `takeTurn`, for the receivers, which keep no worker from looking. The turn ends after `leaseMs` alone. */
  takeReceiversTurn(leaseMs: number): Promise<string | null>;
  /**
   * Compares what is the matter now with what was: opens, and closes what has been gone for `recoverAfterMs`, but for what concerns a
   * server of which nothing is known at present. Everything that follows is written in one step, what is to be told included. The next
   * turn comes after `everyMs`. `null`: the turn was lost, nothing was changed.
   */
  reconcile(
    turn: string,
    present: readonly RoutedIncident[],
    timing: { now: number; everyMs: number; recoverAfterMs: number; unknown?: ReadonlySet<string> },
  ): Promise<Changes | null>;
  /**
   * Opens one incident, unless it is open, and leaves all others as they are; in the turn of a receiver. The next comes after `everyMs`.
   * `null`: the turn was lost.
   */
  openAlone(
    turn: string,
    incident: RoutedIncident,
    timing: { now: number; everyMs: number },
  ): Promise<readonly IncidentRecord[] | null>;
  /** When everything was looked at last; `null`: never, as far as Redis knows. */
  lastLookAt(): Promise<number | null>;
  /** What a process should remember, in case that Redis does not. */
  remember(): Promise<IncidentMemory>;
  /** Puts back what Redis has lost since, and says how many incidents those are. Only for whoever has the turn. */
  restore(memory: IncidentMemory, now: number): Promise<number>;
  read(id: string): Promise<IncidentRecord | null>;
  /** Incidents and channels that have not been told everything, newest first: the older ones have had a job for longer. */
  pending(limit: number): Promise<readonly { id: string; channel: string }[]>;
  /** What a channel was told last, `null` when nothing yet. */
  told(id: string, channel: string): Promise<Phase | null>;
  /** Notes that a channel was told, or that it is not going to be. */
  noteTold(id: string, channel: string, phase: Phase): Promise<void>;
  /** Nothing more is to be told: the incident or the channel is gone. */
  drop(id: string, channel: string): Promise<void>;
}

/** So long incidents that are over are kept. */
const KEPT_MS = 30 * 86_400_000;
const PRUNED_AT_ONCE = 200;

const done = z.int().transform((answer) => answer === 1);

/** Incidents in Redis. */
export function createIncidentStore({ redis, key }: { redis: Redis; key: Key }): IncidentStore {
  const keys = incidentKeys(key);
  const change = defineScript(redis, {
    name: 'recertIncidentsChange',
    lua: readLua(import.meta.url, './change.lua'),
    keys: ['turn', 'open', 'seen', 'records', 'pending', 'closed', 'looks'],
    reply: done,
  });
  const tell = defineScript(redis, {
    name: 'recertIncidentsTold',
    lua: readLua(import.meta.url, './told.lua'),
    keys: ['told', 'pending', 'closed'],
    reply: done,
  });

  async function readMany(ids: readonly string[]): Promise<readonly IncidentRecord[]> {
    if (ids.length === 0) return [];
    const texts = await redis.hmget(keys.records, ...ids);
    return texts.flatMap((text) => (text === null ? [] : [recordSchema.parse(JSON.parse(text))]));
  }

  async function prune(now: number): Promise<void> {
    const ids = await redis.zrangebyscore(
      keys.closed,
      '-inf',
      String(now - KEPT_MS),
      'LIMIT',
      0,
      PRUNED_AT_ONCE,
    );
    const members = (await readMany(ids)).flatMap(({ id, channels }) =>
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
      await prune(now);
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

    remember: () => rememberIncidents(redis, keys),

    restore: (memory, now) => restoreIncidents(redis, keys, memory, now),

    async read(id) {
      return (await readMany([id]))[0] ?? null;
    },

    async pending(limit) {
      const members = await redis.zrevrange(keys.pending, '0', String(limit - 1));
      return members.map((member) => {
        const [id = '', channel = ''] = member.split('/');
        return { id, channel };
      });
    },

    async told(id, channel) {
      return toldSchema.parse(await redis.hget(keys.told, `${id}/${channel}`));
    },

    async noteTold(id, channel, told) {
      await tell({ told: keys.told, pending: keys.pending, closed: keys.closed }, [id, channel, told]);
    },

    async drop(id, channel) {
      await redis.zrem(keys.pending, `${id}/${channel}`);
    },
  };
}

function newRecord({ channels, ...incident }: RoutedIncident, now: number): IncidentRecord {
  const id = `${createHash('sha256').update(incident.key).digest('hex').slice(0, 12)}-${now}`;
  return { id, incident, openedAt: now, closedAt: null, channels: [...channels] };
}

/** As the script takes it. */
function packed(record: IncidentRecord) {
  const { id, incident, channels } = record;
  return { key: incident.key, id, record: JSON.stringify(record), channels };
}
