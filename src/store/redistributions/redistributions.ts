import type { Redis } from 'ioredis';
import { type Redistribution, STATES } from '../../domain/redistribution/record.js';
import { type StoreAccess, unreported } from '../redis/unreadable.js';
import { unpackFailing } from './failing.js';
import { attemptMember, openField, redistributionKeys } from './keys.js';
import { createLists, type RedistributionLists } from './lists.js';
import { createOpen } from './open.js';
import { unpack } from './packed.js';
import { reindexOnce } from './reindex.js';
import { createSave } from './save.js';

export type { Failing } from './failing.js';
export type { RedistributionPage, RedistributionQuery } from './lists.js';

/** Stores the redistributions of every Jamf Pro server, open and closed. */
export interface RedistributionStore extends RedistributionLists {
  /**
   * Stores a new redistribution, unless one is already open for the same Jamf Pro server, profile and Mac
   * (atomic). Returns the open redistribution, and whether it is the new one.
   */
  open(record: Redistribution): Promise<{ opened: boolean; record: Redistribution }>;
  /**
   * Returns a redistribution; `null` when it is unknown or has been deleted because of its age.
   * @throws UnreadableRecord. The other methods that return the redistribution of one Mac throw it as well.
   */
  read(instance: string, id: string): Promise<Redistribution | null>;
  /**
   * Replaces a record and updates every index, if the stored version is still that of `previous`. Increments the
   * version. Returns the stored record; `null` when another process has changed the record in the meantime.
   */
  compareAndSet(previous: Redistribution, next: Redistribution): Promise<Redistribution | null>;
  /**
   * Returns the open redistribution of a Mac and profile. A verified redistribution whose cleanup is not completed is
   * also open.
   */
  openFor(instance: string, profile: string, computerId: string): Promise<Redistribution | null>;
  /** Returns the latest redistribution of a Mac and profile, open or closed. */
  lastFor(instance: string, profile: string, computerId: string): Promise<Redistribution | null>;
  /**
   * Returns the number of attempts for a Mac and profile since `since`, in all of its redistributions. `except`: an
   * attempt that is being repeated and has already been counted.
   */
  attemptsSince(
    instance: string,
    profile: string,
    computerId: string,
    query: { since: number; except?: { redistributionId: string; attempt: number } },
  ): Promise<number>;
  /**
   * Returns the IDs of open redistributions in pages: `cursor` is '0' for the first page, and '0' is returned
   * after the last page.
   */
  openIds(instance: string, cursor: string): Promise<{ ids: readonly string[]; cursor: string }>;
  /**
   * Signals that there is new information about a redistribution. A worker that is processing the redistribution then
   * processes it again. `consumeSignal` returns whether there was a signal, and clears it.
   */
  signal(instance: string, id: string): Promise<void>;
  consumeSignal(instance: string, id: string): Promise<boolean>;
  hasSignal(instance: string, id: string): Promise<boolean>;
  /**
   * Adds older records to the indexes of failed and blocked redistributions, once per Jamf Pro server. Later calls
   * only check a marker.
   */
  reindexOnce(instance: string): Promise<void>;
  /**
   * Deletes up to `limit` redistributions that were closed before `closedBefore`, oldest first. Returns the number
   * of deleted redistributions.
   */
  prune(instance: string, closedBefore: number, limit: number): Promise<number>;
}

/** Creates the store in Redis: one JSON record for each redistribution, and indexes that the same script updates. */
export function createRedistributionStore({
  redis,
  key,
  report = unreported,
}: StoreAccess): RedistributionStore {
  const keysOf = (instance: string) => redistributionKeys(key, instance);
  async function read(instance: string, id: string): Promise<Redistribution | null> {
    const text = await redis.get(keysOf(instance).record(id));
    return text === null ? null : unpack(text, id);
  }

  const lists = createLists(redis, keysOf, report);

  return {
    open: createOpen(redis, keysOf, read),

    read,

    compareAndSet: createSave(redis, keysOf),

    async openFor(instance, profile, computerId) {
      const id = await redis.hget(keysOf(instance).open, openField(profile, computerId));
      return id === null ? null : read(instance, id);
    },

    async lastFor(instance, profile, computerId) {
      const { redistributions } = await lists.page(instance, { profile, computerId, limit: 1 });
      return redistributions[0] ?? null;
    },

    ...lists,

    async attemptsSince(instance, profile, computerId, { since, except }) {
      const members = await redis.zrangebyscore(
        keysOf(instance).attempts(profile, computerId),
        since,
        '+inf',
      );
      const left = except === undefined ? '' : attemptMember(except.redistributionId, except.attempt);
      return members.filter((member) => member !== left).length;
    },

    async openIds(instance, cursor) {
      const [next, fields] = await redis.hscan(keysOf(instance).open, cursor, 'COUNT', 200);
      return { ids: fields.filter((_, index) => index % 2 === 1), cursor: next };
    },

    async signal(instance, id) {
      await redis.sadd(keysOf(instance).news, id);
    },

    async consumeSignal(instance, id) {
      return (await redis.srem(keysOf(instance).news, id)) === 1;
    },

    async hasSignal(instance, id) {
      return (await redis.sismember(keysOf(instance).news, id)) === 1;
    },

    reindexOnce: (instance) => reindexOnce(redis, keysOf(instance), instance, lists),

    prune: (instance, closedBefore, limit) =>
      prune(redis, keysOf(instance), (ids) => lists.readMany(instance, ids), { closedBefore, limit }),
  };
}

/** Deletes up to `limit` redistributions that were closed before `closedBefore`, with their index entries. */
async function prune(
  redis: Redis,
  keys: ReturnType<typeof redistributionKeys>,
  readMany: (ids: readonly string[]) => Promise<readonly Redistribution[]>,
  { closedBefore, limit }: { closedBefore: number; limit: number },
): Promise<number> {
  const ids = await redis.zrangebyscore(keys.closed, '-inf', `(${closedBefore}`, 'LIMIT', 0, limit);
  if (ids.length === 0) return 0;
  const records = await readMany(ids);
  const forget = redis
    .multi()
    .zrem(keys.closed, ...ids)
    .zrem(keys.all, ...ids)
    .srem(keys.news, ...ids);
  const fields = records.map(({ profile, computerId }) => openField(profile, computerId));
  const failing = fields.length === 0 ? [] : await redis.hmget(keys.failing, ...fields);
  for (const [index, text] of failing.entries())
    if (text !== null && unpackFailing(text, fields[index] ?? '', unreported)?.id === records[index]?.id)
      forget.hdel(keys.failing, fields[index] ?? '');
  // The state and the Mac of an unreadable record are unknown, so the ID is removed from the index of every state.
  // Its entry in the index of a Mac stays, and is skipped when the index is read.
  const read = new Set(records.map(({ id }) => id));
  for (const id of ids.filter((one) => !read.has(one)))
    for (const state of STATES) forget.zrem(keys.state(state), id).del(keys.record(id));
  for (const { id, state, computerId } of records)
    forget.zrem(keys.state(state), id).zrem(keys.computer(computerId), id).del(keys.record(id));
  await forget.exec();
  return ids.length;
}
