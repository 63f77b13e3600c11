import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Phase } from '../../domain/incidents/incident.js';
import type { ReportUnreadable } from '../../json/stored.js';
import { incidentFormat, type IncidentRecord, toldSchema } from './record.js';
import type { IncidentKeys } from './keys.js';

/**
 * A copy of the incidents in Redis. The process that checks for incidents keeps it in memory, and restores the
 * incidents from it if Redis loses data.
 */
export interface IncidentMemory {
  /** Number of complete checks at the time of the copy. If the number in Redis is smaller, Redis has lost data. */
  looks: number;
  /** Incidents that are open, or whose notifications are not sent yet. */
  records: readonly IncidentRecord[];
  /** `id/channel` → the phase of the incident that was last sent to the channel. */
  told: Readonly<Record<string, Phase>>;
}

/** Maximum number of pending notifications in `IncidentMemory`. The newest are kept. */
const MAX_PENDING = 500;

/** Reads from Redis what a process keeps in memory. The number of Redis calls does not depend on the number of incidents. */
export async function rememberIncidents(
  redis: Redis,
  keys: IncidentKeys,
  report: ReportUnreadable,
): Promise<IncidentMemory> {
  const [looks, open, pending] = await Promise.all([
    countLooks(redis, keys),
    redis.hvals(keys.open),
    redis.zrevrange(keys.pending, '0', String(MAX_PENDING - 1)),
  ]);
  const ids = [...new Set([...open, ...pending.map((member) => member.split('/')[0] ?? '')])];
  const records = await readIncidents(redis, keys, ids, report);
  const members = records.flatMap(membersOf).map(({ member }) => member);
  const phases = members.length === 0 ? [] : await redis.hmget(keys.told, ...members);
  const told = members.flatMap((member, index) => {
    const phase = toldSchema.parse(phases[index] ?? null);
    return phase === null ? [] : [[member, phase] as const];
  });
  return { looks, records, told: Object.fromEntries(told) };
}

/**
 * Restores incidents after Redis lost data, because it was emptied or restored from an old snapshot. Restored open
 * incidents keep their ID. Each channel is therefore notified only once that an incident opened, and is notified when
 * the incident is resolved. Returns the number of restored incidents; 0 when nothing was lost. Only the process that
 * holds the lease for checking incidents may call it.
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
    put.hset(keys.records, id, incidentFormat.write(record));
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

/** Reads incidents. Incidents that cannot be read are reported and left out. */
export async function readIncidents(
  redis: Redis,
  keys: IncidentKeys,
  ids: readonly string[],
  report: ReportUnreadable,
): Promise<readonly IncidentRecord[]> {
  if (ids.length === 0) return [];
  const texts = await redis.hmget(keys.records, ...ids);
  return incidentFormat.readAll(
    ids.map((id, index) => [id, texts[index]] as const),
    report,
  );
}

async function countLooks(redis: Redis, { looks }: IncidentKeys): Promise<number> {
  return z.coerce.number().parse((await redis.hget(looks, 'count')) ?? 0);
}

/** Returns each channel of an incident, with the phase that the channel should have received by now. */
function membersOf({ id, channels, closedAt }: IncidentRecord): { member: string; phase: Phase }[] {
  const phase = closedAt === null ? 'opened' : 'recovered';
  return channels.map((channel) => ({ member: `${id}/${channel}`, phase }));
}
