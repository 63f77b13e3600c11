import type { Redis } from 'ioredis';
import { z } from 'zod';
import { resultOf } from '../../domain/redistribution/safety-limits/circuit-breaker.js';
import { nativeOutcomeOf } from '../../domain/redistribution/evidence/credit.js';
import {
  isCycling,
  isInFlight,
  lastAttempt,
  type Lease,
  type Redistribution,
  tokenChanges,
  waitsForRoom,
} from '../../domain/redistribution/record.js';
import { KEPT_MS } from '../../domain/redistribution/retention.js';
import type { Key } from '../redis/keys.js';
import { packFailing, unpackFailing } from './failing.js';
import { attemptMember, nativeField, openField, redistributionKeys } from './keys.js';
import { batchOf, createLists, type RedistributionLists, unpack } from './lists.js';
import { reindexOnce } from './reindex.js';
import { defineScript, readLua } from '../redis/script.js';

export type { Failing } from './failing.js';
export type { RedistributionPage, RedistributionQuery } from './lists.js';

/** The redistributions of every instance, open and closed. */
export interface RedistributionStore extends RedistributionLists {
  /**
   * Stores a new redistribution, unless one is open for the same instance, profile and Mac (atomic).
   * Returns the open redistribution and whether it is the new one.
   */
  open(record: Redistribution): Promise<{ opened: boolean; record: Redistribution }>;
  /** Returns a redistribution; `null` when it is unknown or was pruned. */
  read(instance: string, id: string): Promise<Redistribution | null>;
  /**
   * Replaces a record and updates every index, if the stored version is still that of `previous`; increments the version. Returns the
   * stored record, `null` after a concurrent change.
   */
  compareAndSet(previous: Redistribution, next: Redistribution): Promise<Redistribution | null>;
  /** Returns the open redistribution of a Mac and profile. One that still has to clean up is open, too. */
  openFor(instance: string, profile: string, computerId: string): Promise<Redistribution | null>;
  /** Returns the latest redistribution of a Mac and profile, open or closed. */
  lastFor(instance: string, profile: string, computerId: string): Promise<Redistribution | null>;
  /**
   * Counts the attempts for a Mac and profile since `since`, across all redistributions. `except` excludes an attempt that is being
   * repeated and was already counted.
   */
  attemptsSince(
    instance: string,
    profile: string,
    computerId: string,
    query: { since: number; except?: { redistributionId: string; attempt: number } },
  ): Promise<number>;
  /** Returns IDs of open redistributions in pages: `cursor` is '0' at the start and '0' again after the last page. */
  openIds(instance: string, cursor: string): Promise<{ ids: readonly string[]; cursor: string }>;
  /** Signals new facts for a redistribution, so that a running step repeats. `consumeSignal` returns whether there was a signal and clears it. */
  signal(instance: string, id: string): Promise<void>;
  consumeSignal(instance: string, id: string): Promise<boolean>;
  hasSignal(instance: string, id: string): Promise<boolean>;
  /** Adds older records to the indexes of failed and blocked redistributions, once per instance. Later calls are cheap. */
  reindexOnce(instance: string): Promise<void>;
  /** Deletes up to `limit` redistributions that were closed before `closedBefore`, oldest first. Returns their number. */
  prune(instance: string, closedBefore: number, limit: number): Promise<number>;
}

/** Retention of attempts, longer than any practical `attemptsWithin`. */
const ATTEMPTS_KEPT_MS = 400 * 86_400_000;

/** Returns the changes of the rate limit permits of a record: score and member, alternating. */
function tokensOf(previous: Redistribution, next: Redistribution): readonly (string | number)[] {
  return tokenChanges(previous, next).flatMap(({ number, after }) => [
    after === Infinity ? '+inf' : after,
    attemptMember(next.id, number),
  ]);
}

/** Creates the store in Redis: one JSON record each, and indexes that the same script updates. */
export function createRedistributionStore({ redis, key }: { redis: Redis; key: Key }): RedistributionStore {
  const keysOf = (instance: string) => redistributionKeys(key, instance);
  const openScript = defineScript(redis, {
    name: 'recertRedistributionOpen',
    lua: readLua(import.meta.url, './open.lua'),
    keys: ['open', 'record', 'all', 'state', 'computer', 'failing', 'batch', 'batchStates'],
    reply: z.string(),
  });
  const saveScript = defineScript(redis, {
    name: 'recertRedistributionSave',
    lua: readLua(import.meta.url, './save.lua'),
    keys: [
      ...(['record', 'open', 'closed', 'before', 'after', 'inFlight', 'attempts', 'line', 'places'] as const),
      ...(['results', 'tally', 'leases', 'cycling', 'natives', 'hour'] as const),
      ...(['failing', 'blockedBefore', 'blockedAfter', 'batchStates'] as const),
    ],
    reply: z.int().transform((stored) => stored === 1),
  });

  async function read(instance: string, id: string): Promise<Redistribution | null> {
    const text = await redis.get(keysOf(instance).record(id));
    return text === null ? null : unpack(text);
  }

  const lists = createLists(redis, keysOf);

  return {
    async open(record) {
      const keys = keysOf(record.instance);
      const field = openField(record.profile, record.computerId);
      for (;;) {
        const id = await openScript(
          {
            open: keys.open,
            record: keys.record(record.id),
            all: keys.all,
            state: keys.state(record.state),
            computer: keys.computer(record.computerId),
            failing: keys.failing,
            batch: keys.batch(batchOf(record)),
            batchStates: keys.batchStates(batchOf(record)),
          },
          [
            record.id,
            field,
            pack(record),
            record.openedAt,
            record.since,
            record.state,
            batchOf(record) === '' ? '0' : '1',
            KEPT_MS,
          ],
        );
        if (id === record.id) return { opened: true, record };
        const existing = await read(record.instance, id);
        if (existing !== null && existing.closedAt === null) return { opened: false, record: existing };
        // The existing one was closed meanwhile, or its record was lost: try again.
        if (existing === null && (await redis.hget(keys.open, field)) === id)
          await redis.hdel(keys.open, field);
      }
    },

    read,

    async compareAndSet(previous, next) {
      const keys = keysOf(previous.instance);
      const stored = { ...next, version: previous.version + 1 };
      const attempt = lastAttempt(next);
      const result = resultOf(previous, next);
      const native = nativeOutcomeOf(previous, next);
      const done = await saveScript(
        {
          record: keys.record(previous.id),
          open: keys.open,
          closed: keys.closed,
          before: keys.state(previous.state),
          after: keys.state(next.state),
          inFlight: keys.inFlight(previous.profile),
          attempts: keys.attempts(previous.profile, previous.computerId),
          line: keys.line(previous.profile),
          places: keys.places(previous.profile),
          results: keys.results(previous.profile),
          tally: keys.tally(previous.profile),
          leases: keys.leases,
          cycling: keys.cycling(previous.profile),
          natives: keys.natives(previous.profile),
          hour: keys.hour(previous.profile),
          failing: keys.failing,
          blockedBefore: keys.blocked(previous.blocked?.reason ?? null),
          blockedAfter: keys.blocked(next.blocked?.reason ?? null),
          batchStates: keys.batchStates(batchOf(next)),
        },
        [
          previous.id,
          previous.version,
          pack(stored),
          next.since,
          openField(previous.profile, previous.computerId),
          next.closedAt ?? '',
          isInFlight(next) ? '1' : '0',
          attempt === null ? '' : attemptMember(previous.id, attempt.number),
          attempt === null ? 0 : attempt.intentAt,
          ATTEMPTS_KEPT_MS,
          waitsForRoom(next) ? '1' : '0',
          result === null ? '' : JSON.stringify(result),
          result?.outcome ?? '',
          next.lease === null ? '' : JSON.stringify(leaseOf(next, next.lease)),
          isCycling(next) ? '1' : '0',
          native === null ? '' : nativeField(native, next.since),
          packFailing(next),
          previous.state,
          next.state,
          next.blocked === null ? '0' : '1',
          batchOf(next) === '' ? '0' : '1',
          ...tokensOf(previous, next),
        ],
      );
      return done ? stored : null;
    },

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

    async prune(instance, closedBefore, limit) {
      const keys = keysOf(instance);
      const ids = await redis.zrangebyscore(keys.closed, '-inf', `(${closedBefore}`, 'LIMIT', 0, limit);
      if (ids.length === 0) return 0;
      const records = await lists.readMany(instance, ids);
      const forget = redis
        .multi()
        .zrem(keys.closed, ...ids)
        .zrem(keys.all, ...ids)
        .srem(keys.news, ...ids);
      const fields = records.map(({ profile, computerId }) => openField(profile, computerId));
      const failing = fields.length === 0 ? [] : await redis.hmget(keys.failing, ...fields);
      for (const [index, text] of failing.entries())
        if (text !== null && unpackFailing(text).id === records[index]?.id)
          forget.hdel(keys.failing, fields[index] ?? '');
      for (const { id, state, computerId } of records)
        forget.zrem(keys.state(state), id).zrem(keys.computer(computerId), id).del(keys.record(id));
      await forget.exec();
      return ids.length;
    },
  };
}

/** Returns a lease with the fields that the check of exclusion groups needs. */
function leaseOf({ profile, computerId }: Redistribution, lease: Lease) {
  return { profile, computerId, ...lease };
}

function pack(record: Redistribution): string {
  return `${record.version}\n${JSON.stringify(record)}`;
}
