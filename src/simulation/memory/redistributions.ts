import type { Ports } from '../../application/ports.js';
import { isUncharged } from '../../domain/redistribution/safety-limits/common-cause.js';
import {
  canaryChange,
  type Result,
  resultOf,
} from '../../domain/redistribution/safety-limits/circuit-breaker.js';
import {
  isCycling,
  isInCanary,
  isInFlight,
  lastAttempt,
  type Redistribution,
} from '../../domain/redistribution/record.js';
import { tokenChanges } from '../../domain/redistribution/permits.js';
import { keepsPlace } from '../../domain/redistribution/safety-limits/wait-queue.js';
import { nextVersionOf } from './next-version.js';
import { ScoredSet } from './scored-set.js';

type Methods =
  | 'open'
  | 'read'
  | 'readMany'
  | 'compareAndSet'
  | 'openFor'
  | 'openForMany'
  | 'lastFor'
  | 'attemptsSince'
  | 'signal'
  | 'consumeSignal'
  | 'hasSignal';

/**
 * Redistributions in memory, with the same guarantees as those in Redis. The collections correspond to the keys in
 * Redis.
 */
export interface MemoryRedistributions extends Pick<Ports['redistributions'], Methods> {
  readonly records: Map<string, Redistribution>;
  /** `profile/computerId` → ID of the latest redistribution. */
  readonly latest: Map<string, string>;
  /** `profile/computerId` → start of each attempt, by `id/number`. */
  readonly attempts: Map<string, Map<string, number>>;
  readonly signals: Set<string>;
  /** Permits for the rate limit, `id/number`, by the time from which they count. */
  readonly hour: ScoredSet;
  /** The same permits by the time at which they were granted. */
  readonly sent: ScoredSet;
  readonly inFlight: Set<string>;
  readonly inCanary: Set<string>;
  readonly cycling: Set<string>;
  /** The queue of redistributions that wait for a permit: IDs by rank (expiry of the certificate). */
  readonly line: ScoredSet;
  /** Results of attempts since the circuit breaker was closed, newest first. */
  readonly results: Result[];
  /** Values by key. `count`: number of results; `verified`: number of verified Macs; `since`: time from which results count. */
  readonly tally: Map<string, number>;
  /** Synchronous form of `openFor`. */
  openOf(profile: string, computerId: string): Redistribution | null;
}

const RESULTS_KEPT = 500;

/**
 * Creates an empty collection of redistributions. `pass` is called with each record that is stored or read, and
 * returns a checked or copied record. With `keepsClosed: false`, only the latest redistribution of a Mac is kept.
 */
export function createMemoryRedistributions({
  pass = (record) => record,
  keepsClosed = true,
}: { pass?: (record: Redistribution) => Redistribution; keepsClosed?: boolean } = {}): MemoryRedistributions {
  const collections = {
    records: new Map<string, Redistribution>(),
    latest: new Map<string, string>(),
    attempts: new Map<string, Map<string, number>>(),
    signals: new Set<string>(),
    hour: new ScoredSet(),
    sent: new ScoredSet(),
    inFlight: new Set<string>(),
    inCanary: new Set<string>(),
    cycling: new Set<string>(),
    line: new ScoredSet(),
    results: [] as Result[],
    tally: new Map<string, number>(),
  };
  const { records, latest, attempts, signals } = collections;
  const out = (record: Redistribution | null | undefined) => (record ? pass(record) : null);
  const last = (profile: string, computerId: string) =>
    records.get(latest.get(`${profile}/${computerId}`) ?? '') ?? null;
  const openOf = (profile: string, computerId: string) => {
    const found = last(profile, computerId);
    return found?.closedAt === null ? found : null;
  };
  return {
    ...collections,
    openOf,
    open(record) {
      const { profile, computerId } = record;
      const before = last(profile, computerId);
      if (before?.closedAt === null) return Promise.resolve({ opened: false, record: pass(before) });
      if (before !== null && !keepsClosed) records.delete(before.id);
      records.set(record.id, pass(record));
      latest.set(`${profile}/${computerId}`, record.id);
      return Promise.resolve({ opened: true, record: pass(record) });
    },
    read: (_instance, id) => Promise.resolve(out(records.get(id))),
    readMany: (_instance, ids) => Promise.resolve(ids.flatMap((id) => out(records.get(id)) ?? [])),
    compareAndSet(previous, next) {
      if (records.get(previous.id)?.version !== previous.version) return Promise.resolve(null);
      const stored = pass(nextVersionOf(next, previous));
      records.set(stored.id, stored);
      updateIndexes(collections, previous, stored);
      return Promise.resolve(pass(stored));
    },
    openFor: (_instance, profile, computerId) => Promise.resolve(out(openOf(profile, computerId))),
    openForMany(_instance, profile, computerIds) {
      const found = computerIds.map((id) => [id, out(openOf(profile, id))] as const);
      return Promise.resolve(new Map(found.flatMap(([id, open]) => (open === null ? [] : [[id, open]]))));
    },
    lastFor: (_instance, profile, computerId) => Promise.resolve(out(last(profile, computerId))),
    attemptsSince(_instance, profile, computerId, { since, except }) {
      const left = except && `${except.redistributionId}/${except.attempt}`;
      let count = 0;
      for (const [name, at] of attempts.get(`${profile}/${computerId}`) ?? [])
        if (at >= since && name !== left) count += 1;
      return Promise.resolve(count);
    },
    signal: (_instance, id) => Promise.resolve(void signals.add(id)),
    consumeSignal: (_instance, id) => Promise.resolve(signals.delete(id)),
    hasSignal: (_instance, id) => Promise.resolve(signals.has(id)),
  };
}

type Indexes = Pick<
  MemoryRedistributions,
  'attempts' | 'hour' | 'inFlight' | 'inCanary' | 'cycling' | 'line' | 'results' | 'tally'
>;

/** Makes the same updates as src/store/redistributions/save.lua. */
function updateIndexes(indexes: Indexes, previous: Redistribution, next: Redistribution): void {
  const { attempts, hour, inFlight, inCanary, cycling, line, results, tally } = indexes;
  const { id, profile, computerId } = next;
  if (isInFlight(next)) inFlight.add(id);
  else inFlight.delete(id);
  if (isInCanary(next)) inCanary.add(id);
  else inCanary.delete(id);
  if (isCycling(next)) cycling.add(id);
  else cycling.delete(id);
  if (!keepsPlace(previous, next)) line.delete(id);
  const attempt = lastAttempt(next);
  if (attempt !== null) {
    const mac = `${profile}/${computerId}`;
    const all = attempts.get(mac) ?? new Map<string, number>();
    attempts.set(mac, all);
    const name = `${id}/${attempt.number}`;
    if (isUncharged(next)) all.delete(name);
    else if (!all.has(name)) all.set(name, attempt.intentAt);
  }
  if (previous.attempts !== next.attempts || previous.state !== next.state || previous.intent !== next.intent)
    for (const { number, after } of tokenChanges(previous, next)) hour.set(`${id}/${number}`, after);
  if ((attempt?.intentAt ?? 0) < (tally.get('since') ?? 0)) return;
  const change = canaryChange(previous, next);
  if (change !== 0) tally.set('verified', Math.max(0, (tally.get('verified') ?? 0) + change));
  const result = resultOf(previous, next);
  if (result !== null) results.unshift(result);
  results.length = Math.min(results.length, RESULTS_KEPT);
  if (result !== null || change !== 0) tally.set('count', (tally.get('count') ?? 0) + 1);
}
