import { z } from 'zod';
import type { ForeignChange, OwnWrite } from '../../domain/groups/group-watch.js';
import { storedFormat } from '../../json/stored.js';
import { defineScript, readLua } from '../redis/script.js';
import { type StoreAccess, unreported } from '../redis/unreadable.js';

/** Records the group changes of this installation, to distinguish them from changes by others. */
export interface GroupWrites {
  /**
   * Records a change immediately before it is requested, because Jamf Pro may make the change even if the result of
   * the request never arrives.
   */
  noteSent(instance: string, groupId: string, computerIds: readonly string[], at: number): Promise<void>;
  /** Records the membership that was read back after the request. */
  noteShown(
    instance: string,
    groupId: string,
    shown: ReadonlyMap<string, boolean>,
    at: number,
  ): Promise<void>;
}

/** Stores the group members as last read, the group changes by this installation, and the group changes by others. */
export interface GroupStore extends GroupWrites {
  writes(instance: string, groupId: string): Promise<ReadonlyMap<string, OwnWrite>>;
  /** Deletes the records of these changes by this installation, except those that were updated in the meantime. */
  forgetWrites(instance: string, groupId: string, writes: ReadonlyMap<string, OwnWrite>): Promise<void>;
  lastReading(
    instance: string,
    groupId: string,
  ): Promise<{ members: ReadonlySet<string>; at: number } | null>;
  saveReading(
    instance: string,
    groupId: string,
    reading: { members: readonly string[]; at: number },
  ): Promise<void>;
  noteForeign(instance: string, changes: readonly ForeignChange[]): Promise<void>;
  /** Returns the latest changes by others, newest first. */
  foreign(instance: string): Promise<readonly ForeignChange[]>;
}

const MOST_FOREIGN = 200;

const foreignFormat = storedFormat(
  'group change',
  z.object({
    groupId: z.string(),
    computerId: z.string(),
    op: z.enum(['added', 'removed']),
    since: z.int(),
    at: z.int(),
  }),
);

const SHOWN = { '1': true, '0': false } as const;
const pack = ({ shown, at }: OwnWrite) => `${shown === null ? '?' : shown ? '1' : '0'} ${at}`;
function unpack(text: string): OwnWrite {
  const [shown = '', at = ''] = text.split(' ');
  return { shown: shown === '1' || shown === '0' ? SHOWN[shown] : null, at: Number(at) };
}

/**
 * Creates the store in Redis. The members of a group are stored as one text of computer IDs, about 600 kB for 100,000
 * members.
 */
export function createGroupStore({ redis, key, report = unreported }: StoreAccess): GroupStore {
  const writesKey = (instance: string, groupId: string) => key(instance, 'groups', groupId, 'writes');
  const readingKey = (instance: string, groupId: string) => key(instance, 'groups', groupId, 'members');
  const foreignKey = (instance: string) => key(instance, 'groups', 'foreign');
  const forget = defineScript(redis, {
    name: 'recertGroupWritesForget',
    lua: readLua(import.meta.url, './forget.lua'),
    keys: ['writes'],
    reply: z.int(),
  });
  const note = async (
    instance: string,
    groupId: string,
    writes: readonly (readonly [string, OwnWrite])[],
  ) => {
    if (writes.length === 0) return;
    await redis.hset(writesKey(instance, groupId), ...writes.flatMap(([id, write]) => [id, pack(write)]));
  };
  return {
    noteSent: (instance, groupId, ids, at) =>
      note(
        instance,
        groupId,
        ids.map((id) => [id, { shown: null, at }]),
      ),
    noteShown: (instance, groupId, members, at) =>
      note(
        instance,
        groupId,
        [...members].map(([id, shown]) => [id, { shown, at }]),
      ),
    async writes(instance, groupId) {
      const texts = await redis.hgetall(writesKey(instance, groupId));
      return new Map(Object.entries(texts).map(([id, text]) => [id, unpack(text)]));
    },
    async forgetWrites(instance, groupId, writes) {
      const fields = [...writes].flatMap(([id, write]) => [id, pack(write)]);
      if (fields.length > 0) await forget({ writes: writesKey(instance, groupId) }, fields);
    },
    async lastReading(instance, groupId) {
      const text = await redis.get(readingKey(instance, groupId));
      const [at, members = ''] = (text ?? '').split(' ');
      if (!at) return null;
      return { members: new Set(members.split(',').filter((id) => id !== '')), at: Number(at) };
    },
    async saveReading(instance, groupId, { members, at }) {
      await redis.set(readingKey(instance, groupId), `${at} ${members.join(',')}`);
    },
    async noteForeign(instance, changes) {
      if (changes.length === 0) return;
      await redis
        .multi()
        .lpush(foreignKey(instance), ...changes.map((change) => foreignFormat.write(change)))
        .ltrim(foreignKey(instance), 0, MOST_FOREIGN - 1)
        .exec();
    },
    async foreign(instance) {
      const texts = await redis.lrange(foreignKey(instance), 0, -1);
      return foreignFormat.readAll(
        texts.map((text, index) => [`${instance} ${index}`, text] as const),
        report,
      );
    },
  };
}
