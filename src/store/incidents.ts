import { createHash, randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import { type Incident, INCIDENT_KINDS, type Phase, SEVERITIES } from '../domain/incidents/incident.js';
import type { Key } from './keys.js';
import { defineScript, readLua } from './script.js';

const recordSchema = z.object({
  id: z.string(),
  incident: z.object({
    key: z.string(),
    kind: z.enum(INCIDENT_KINDS),
    severity: z.enum(SEVERITIES),
    instance: z.string().nullable(),
    title: z.string(),
    text: z.string(),
    path: z.string(),
  }),
  openedAt: z.int(),
  /** `null` while it is open. */
  closedAt: z.int().nullable(),
  /** Names of the channels on which it is told. */
  channels: z.array(z.string()),
});

/** An incident as it was found, with its beginning and end. */
export type IncidentRecord = z.output<typeof recordSchema>;

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
  /**
   * Compares what is the matter now with what was: opens, and closes what has been gone for `recoverAfterMs`. Everything that follows is
   * written in one step, what is to be told included. The next turn comes after `everyMs`. `null`: the turn was lost, nothing was changed.
   */
  reconcile(
    turn: string,
    present: readonly (Incident & { channels: readonly string[] })[],
    timing: { now: number; everyMs: number; recoverAfterMs: number },
  ): Promise<Changes | null>;
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

const phase = z.enum(['opened', 'recovered']).nullable();
const done = z.int().transform((answer) => answer === 1);

/** Incidents in Redis. */
export function createIncidentStore({ redis, key }: { redis: Redis; key: Key }): IncidentStore {
  const named = (name: string) => key('incidents', name);
  /** Hashes: key → id of open ones, id → when last seen, id → record, `id/channel` → phase. Sorted sets: `id/channel`, closed ids. */
  const keys = {
    turn: named('turn'),
    open: named('open'),
    seen: named('seen'),
    records: named('records'),
    told: named('told'),
    pending: named('pending'),
    closed: named('closed'),
  };
  const change = defineScript(redis, {
    name: 'recertIncidentsChange',
    lua: readLua(import.meta.url, './incidents/change.lua'),
    keys: ['turn', 'open', 'seen', 'records', 'pending', 'closed'],
    reply: done,
  });
  const tell = defineScript(redis, {
    name: 'recertIncidentsTold',
    lua: readLua(import.meta.url, './incidents/told.lua'),
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

  return {
    async takeTurn(leaseMs) {
      const turn = randomUUID();
      return (await redis.set(keys.turn, turn, 'PX', leaseMs, 'NX')) === null ? null : turn;
    },

    async reconcile(turn, present, { now, everyMs, recoverAfterMs }) {
      const [open, seen] = await Promise.all([redis.hgetall(keys.open), redis.hgetall(keys.seen)]);
      const isPresent = new Set(present.map((incident) => incident.key));
      const opened = present
        .filter((incident) => open[incident.key] === undefined)
        .map(({ channels, ...incident }): IncidentRecord => {
          const id = `${createHash('sha256').update(incident.key).digest('hex').slice(0, 12)}-${now}`;
          return { id, incident, openedAt: now, closedAt: null, channels: [...channels] };
        });
      const goneIds = Object.entries(open)
        .filter(([one, id]) => !isPresent.has(one) && now - Number(seen[id] ?? 0) >= recoverAfterMs)
        .map(([, id]) => id);
      const closed = (await readMany(goneIds)).map((record) => ({ ...record, closedAt: now }));
      const packed = (records: readonly IncidentRecord[]) =>
        records.map((record) => ({
          key: record.incident.key,
          id: record.id,
          record: JSON.stringify(record),
          channels: record.channels,
        }));
      const changes = {
        opened: packed(opened),
        seen: [...isPresent].flatMap((one) => open[one] ?? []),
        closed: packed(closed),
      };
      const { turn: turnKey, open: openKey, seen: seenKey, records, pending, closed: closedKey } = keys;
      const applied = await change(
        { turn: turnKey, open: openKey, seen: seenKey, records, pending, closed: closedKey },
        [turn, now, everyMs, JSON.stringify(changes)],
      );
      if (!applied) return null;
      await prune(now);
      return { opened, closed };
    },

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
      return phase.parse(await redis.hget(keys.told, `${id}/${channel}`));
    },

    async noteTold(id, channel, told) {
      await tell({ told: keys.told, pending: keys.pending, closed: keys.closed }, [id, channel, told]);
    },

    async drop(id, channel) {
      await redis.zrem(keys.pending, `${id}/${channel}`);
    },
  };
}
