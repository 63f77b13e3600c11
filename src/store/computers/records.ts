import type { Redis } from 'ioredis';
import { z } from 'zod';
import { missingMs } from '../../domain/health/missing.js';
import type { AssessedComputer, KnownComputer } from '../../domain/known.js';
import type { WatchedProfile } from '../../domain/watched.js';
import { NewerRecord, type ReportUnreadable, UnreadableRecord } from '../../json/stored.js';
import type { Key } from '../redis/keys.js';
import { defineScript, readLua, type ScriptArgument } from '../redis/script.js';
import { computerKeys } from './keys.js';
import { packComputer, unpackComputer } from './record.js';
import { scoreOf } from './states.js';
import { entriesOf } from '../../domain/search-terms.js';

/** The stored record of one Mac, packed and unpacked. The packed bytes are used to detect changes by other processes. */
export interface Row {
  id: string;
  bytes: Buffer;
  /** `null` when there is no record, when it is in an old version of the format, or when it cannot be read. */
  known: KnownComputer | null;
  /** Whether a newer version of Recert wrote the record. This process must then not replace it. */
  newer: boolean;
}

/**
 * Computes from the current records which Macs to store. Macs that it does not return stay unchanged. It is called
 * again if another process has changed a record in the meantime.
 */
export type Change = (
  rows: readonly Row[],
) => readonly AssessedComputer[] | Promise<readonly AssessedComputer[]>;

/** The records of the fleet, which are read and written for several Macs at a time. */
export interface Records {
  read(instance: string, ids: readonly string[]): Promise<readonly Row[]>;
  /**
   * Updates Macs with optimistic locking: reads the records, computes the changes, and stores each Mac whose record
   * has not changed in the meantime, together with its indexes. Repeats these steps for the other Macs. Returns the
   * stored Macs by ID.
   */
  change(
    instance: string,
    ids: readonly string[],
    watched: readonly WatchedProfile[],
    change: Change,
  ): Promise<ReadonlyMap<string, AssessedComputer>>;
  unreadSince(
    instance: string,
    since: number,
    cursor: string,
  ): Promise<{ ids: readonly string[]; cursor: string }>;
}

/** Maximum number of attempts if other processes change the same records. */
const MAX_ATTEMPTS = 20;
const SCAN_COUNT = 200;
const NOTHING = Buffer.alloc(0);

/** Creates the object that reads and writes the records of the fleet in Redis. */
export function createRecords(redis: Redis, key: Key, report: ReportUnreadable): Records {
  const store = defineScript(redis, {
    name: 'recertSaveComputers',
    lua: readLua(import.meta.url, './index.lua', './save.lua'),
    keys: ['computers', 'seen', 'retired', 'states', 'terms'],
    reply: z.array(z.string()),
  });

  const read = async (instance: string, ids: readonly string[]): Promise<readonly Row[]> => {
    if (ids.length === 0) return [];
    const { computers, seen } = computerKeys(key, instance);
    const [rows, contacts] = await Promise.all([
      redis.hmgetBuffer(computers, ...ids),
      redis.zmscore(seen, ...ids),
    ]);
    return ids.map((id, index) => {
      const bytes = rows[index] ?? NOTHING;
      const contact = Number(contacts[index] ?? 0) || null;
      const { known, newer } = unpack(id, contact, bytes, report);
      return { id, bytes, known, newer };
    });
  };

  return {
    read,

    async change(instance, ids, watched, change) {
      const stored = new Map<string, AssessedComputer>();
      let open: readonly string[] = [...new Set(ids)];
      for (let attempt = 1; open.length > 0; attempt += 1) {
        if (attempt > MAX_ATTEMPTS)
          throw new Error(
            `${instance}: computers ${open.join(', ')} could not be stored: other processes changed them during ${MAX_ATTEMPTS} attempts`,
          );
        const rows = (await read(instance, open)).filter(({ newer }) => !newer);
        const assessed = await change(rows);
        if (assessed.length === 0) break;
        const conflicts = new Set(
          await store(computerKeys(key, instance), argumentsOf(rows, assessed, watched)),
        );
        for (const one of assessed) if (!conflicts.has(one.computer.id)) stored.set(one.computer.id, one);
        open = open.filter((id) => conflicts.has(id));
      }
      return stored;
    },

    async unreadSince(instance, since, cursor) {
      const [next, fields] = await redis.hscanBuffer(
        computerKeys(key, instance).computers,
        cursor,
        'COUNT',
        SCAN_COUNT,
      );
      const ids = Array.from({ length: fields.length / 2 }, (_, index) => {
        const id = (fields[2 * index] ?? NOTHING).toString();
        const { known } = unpack(id, null, fields[2 * index + 1] ?? NOTHING, report);
        return known !== null && known.retiredAt === null && known.readAt < since ? [id] : [];
      });
      return { ids: ids.flat(), cursor: next.toString() };
    },
  };
}

/** Unpacks a record. A damaged record counts as unknown until the next inventory of the Mac replaces it. */
function unpack(
  id: string,
  contact: number | null,
  bytes: Buffer,
  report: ReportUnreadable,
): Pick<Row, 'known' | 'newer'> {
  if (bytes.length === 0) return { known: null, newer: false };
  try {
    return { known: unpackComputer(id, contact, bytes), newer: false };
  } catch (error) {
    if (!(error instanceof UnreadableRecord)) throw error;
    report(error);
    return { known: null, newer: error instanceof NewerRecord };
  }
}

function argumentsOf(
  rows: readonly Row[],
  assessed: readonly AssessedComputer[],
  watched: readonly WatchedProfile[],
): ScriptArgument[] {
  const read = new Map(rows.map((row) => [row.id, row]));
  return [
    watched.length,
    ...watched.map(({ name }) => name),
    ...assessed.flatMap(({ computer, assessments }) => [
      computer.id,
      read.get(computer.id)?.bytes ?? NOTHING,
      packComputer(computer),
      Math.floor(computer.lastContactAt ?? computer.reportedAt ?? 0),
      computer.retiredAt ?? '',
      ...watched.map(({ name }) => {
        const assessment = assessments[name];
        return assessment ? scoreOf(assessment, missingMs(computer, name)) : '';
      }),
      ...movesOf(read.get(computer.id)?.known ?? null, computer),
    ]),
  ];
}

/**
 * Returns the changes of the term index: the number of removed entries, the number of added entries, and then these
 * entries.
 */
function movesOf(before: KnownComputer | null, after: KnownComputer): ScriptArgument[] {
  const [old, now] = [entriesOf(before), entriesOf(after)];
  const leaving = old.filter((entry) => !now.includes(entry));
  const entering = now.filter((entry) => !old.includes(entry));
  return [leaving.length, entering.length, ...leaving, ...entering];
}
