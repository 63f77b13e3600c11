import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Phase } from '../../domain/incidents/incident.js';
import { type IncidentRecord, recordSchema, toldSchema } from './record.js';
import type { IncidentKeys } from './keys.js';

/** What a process remembers of the incidents, for the case that Redis does not. */
export interface IncidentMemory {
  /** How many looks there were by then: a Redis that counts fewer has lost something. */
  looks: number;
  /** Those that are open, or not told to the end. */
  records: readonly IncidentRecord[];
  /** What which channel was told: `id/channel` → phase. */
  told: Readonly<Record<string, Phase>>;
}

/** So many that are not told to the end are remembered, newest first. */
const MOST_PENDING = 500;

/** Reads what is to be remembered. A few calls, however many incidents there are. */
export async function rememberIncidents(redis: Redis, keys: IncidentKeys): Promise<IncidentMemory> {
  const [looks, open, pending] = await Promise.all([
    countLooks(redis, keys),
    redis.hvals(keys.open),
    redis.zrevrange(keys.pending, '0', String(MOST_PENDING - 1)),
  ]);
  const ids = [...new Set([...open, ...pending.map((member) => member.split('/')[0] ?? '')])];
  if (ids.length === 0) return { looks, records: [], told: {} };
  const texts = await redis.hmget(keys.records, ...ids);
  const records = texts.flatMap((text) => (text === null ? [] : [recordSchema.parse(JSON.parse(text))]));
  const members = records.flatMap(membersOf).map(({ member }) => member);
  const phases = members.length === 0 ? [] : await redis.hmget(keys.told, ...members);
  const told = members.flatMap((member, index) => {
    const phase = toldSchema.parse(phases[index] ?? null);
    return phase === null ? [] : [[member, phase] as const];
  });
  return { looks, records, told: Object.fromEntries(told) };
}

/**
 * Puts back what Redis has lost, be it emptied or come back from an old snapshot: incidents that were open stay the same incidents, so
 * that nobody is told twice that they are there, and everybody that they are over. Returns how many there are; 0 when nothing was lost.
 * Only for whoever has the turn.
 */
export async function restoreIncidents(
  redis: Redis,
  keys: IncidentKeys,
  { looks, records, told }: IncidentMemory,
  now: number,
): Promise<number> {
  if ((await countLooks(redis, keys)) >= looks) return 0;
  const put = redis.multi().del(keys.open, keys.seen, keys.pending).hset(keys.looks, 'count', looks);
  for (const record of records) {
    const { id, incident, closedAt } = record;
    put.hset(keys.records, id, JSON.stringify(record));
    if (closedAt === null)
      put.hset(keys.open, incident.key, id).hset(keys.seen, id, now).zrem(keys.closed, id);
    else put.zadd(keys.closed, closedAt, id);
    for (const { member, phase } of membersOf(record)) {
      const last = told[member];
      if (last !== undefined) put.hset(keys.told, member, last);
      if (last !== phase && last !== 'recovered') put.zadd(keys.pending, now, member);
    }
  }
  await put.exec();
  return records.length;
}

async function countLooks(redis: Redis, { looks }: IncidentKeys): Promise<number> {
  return z.coerce.number().parse((await redis.hget(looks, 'count')) ?? 0);
}

/** Each channel that it is told on, and what it is to be told by now. */
function membersOf({ id, channels, closedAt }: IncidentRecord): { member: string; phase: Phase }[] {
  const phase = closedAt === null ? 'opened' : 'recovered';
  return channels.map((channel) => ({ member: `${id}/${channel}`, phase }));
}
