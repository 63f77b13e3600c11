import {
  type Breaker,
  judgeResults,
  type Result,
  resultOf,
} from '../../../src/domain/redistribution/safety-limits/circuit-breaker.js';
import type { Hold } from '../../../src/domain/redistribution/evidence/evidence.js';
import {
  askedOfCa,
  isCycling,
  isInFlight,
  waitsForRoom,
  type Redistribution,
  redistributionSchema,
  type State,
  STATES,
} from '../../../src/domain/redistribution/record.js';
import type { LimitStore, Pause } from '../../../src/store/limits/limits.js';
import { waveLimits } from '../../../src/domain/redistribution/safety-limits/policy.js';
import type { RedistributionStore } from '../../../src/store/redistributions/redistributions.js';

/** Redistributions in memory, with the promises of the real store; what a test wants to look at lies open. */
export interface MemoryStore extends RedistributionStore {
  records: Map<string, Redistribution>;
  attempts: Map<string, number>;
  news: Set<string>;
  /** How attempts ended, newest first. */
  results: Result[];
  /** As after the loss of Redis. */
  lose(): void;
}

export function memoryRedistributions(): MemoryStore {
  const records = new Map<string, Redistribution>();
  const attempts = new Map<string, number>();
  const news = new Set<string>();
  const results: Result[] = [];
  const of = (profile: string, computerId: string) =>
    [...records.values()].filter((record) => record.profile === profile && record.computerId === computerId);
  const openOf = (profile: string, computerId: string) =>
    of(profile, computerId).find(({ closedAt }) => closedAt === null) ?? null;
  const done = <T>(value: T) => Promise.resolve(structuredClone(value));
  return {
    records,
    attempts,
    news,
    results,
    lose() {
      results.length = 0;
      records.clear();
      attempts.clear();
      news.clear();
    },
    open(record) {
      const existing = openOf(record.profile, record.computerId);
      if (existing !== null) return done({ opened: false, record: existing });
      records.set(record.id, structuredClone(record));
      return done({ opened: true, record });
    },
    read: (_instance, id) => done(records.get(id) ?? null),
    compareAndSet(previous, next) {
      if (records.get(previous.id)?.version !== previous.version) return done(null);
      const stored = redistributionSchema.parse({ ...next, version: previous.version + 1 });
      records.set(previous.id, stored);
      const result = resultOf(previous, stored);
      if (result !== null) results.unshift(result);
      const last = stored.attempts.at(-1);
      const name = `${stored.profile}/${stored.computerId}/${stored.id}/${last?.number ?? 0}`;
      if (last !== undefined && !attempts.has(name)) attempts.set(name, last.intentAt);
      return done(stored);
    },
    openFor: (_instance, profile, computerId) => done(openOf(profile, computerId)),
    lastFor: (_instance, profile, computerId) =>
      done(of(profile, computerId).toSorted((a, b) => b.openedAt - a.openedAt)[0] ?? null),
    page: () => done({ redistributions: [...records.values()], cursor: null }),
    counts() {
      const all = [...records.values()];
      const byState = Object.fromEntries(
        STATES.map((state) => [state, all.filter((record) => record.state === state).length]),
      ) as Record<State, number>;
      return done({ byState, open: all.filter(({ closedAt }) => closedAt === null).length });
    },
    readMany: (_instance, ids) => done(ids.flatMap((id) => records.get(id) ?? [])),
    openForMany: (_instance, profile, computerIds) =>
      done(
        new Map(
          computerIds.flatMap((id) => {
            const open = openOf(profile, id);
            return open ? [[id, open] as const] : [];
          }),
        ),
      ),
    // Only the ops API asks for these, and it has a Redis in every test.
    failing: () => done({ failing: [], complete: true }),
    blockedFor: () => done(null),
    batchStates: () => done({}),
    attemptsSince(_instance, profile, computerId, { since, except }) {
      const left = except && `${profile}/${computerId}/${except.redistributionId}/${except.attempt}`;
      return done(
        [...attempts].filter(
          ([name, at]) => name.startsWith(`${profile}/${computerId}/`) && name !== left && at >= since,
        ).length,
      );
    },
    openIds: () =>
      done({
        ids: [...records.values()].filter(({ closedAt }) => closedAt === null).map(({ id }) => id),
        cursor: '0',
      }),
    signal: (_instance, id) => done(void news.add(id)),
    consumeSignal: (_instance, id) => done(news.delete(id)),
    hasSignal: (_instance, id) => done(news.has(id)),
    reindexOnce: () => Promise.resolve(),
    prune: () => done(0),
  };
}

/** What holds redistributions back, in memory; what a test wants to set lies open. */
export interface MemoryLimits extends LimitStore {
  pauses: Map<string, Pause>;
  breaker: Breaker | null;
  hold: Hold | null;
  /** Tokens taken, by attempt. */
  hour: Map<string, number>;
  cycles: Map<string, number>;
}

/** Successes less those that were lost again. */
function verifiedIn(results: readonly Result[]): number {
  const count = (wanted: Result['outcome']) => results.filter(({ outcome }) => outcome === wanted).length;
  return Math.max(0, count('verified') - count('lost'));
}

/** Pause, caps, breaker and canary in memory. */
export function memoryLimits({ records, results }: MemoryStore): MemoryLimits {
  const pauses = new Map<string, Pause>();
  const hour = new Map<string, number>();
  const cycles = new Map<string, number>();
  const HOUR_MS = 3_600_000;
  const self: MemoryLimits = {
    pauses,
    hour,
    cycles,
    breaker: null,
    hold: null,
    pause: (instance, pause) => Promise.resolve(void pauses.set(instance, pause)),
    resume(instance) {
      const ended = pauses.get(instance) ?? null;
      pauses.delete(instance);
      return Promise.resolve(ended);
    },
    paused: (instance) => Promise.resolve(pauses.get(instance) ?? null),
    safetyLimits(_instance, profile, { breaker: policy, canary }, now) {
      const judged = self.breaker ?? judgeResults(results, policy, profile);
      self.breaker = judged;
      const verified = verifiedIn(results);
      const limits = waveLimits(canary);
      const index = limits.findIndex((limit) => verified < limit);
      const limit = limits[index];
      return Promise.resolve({
        breaker: judged,
        hold: self.hold !== null && self.hold.until > now ? self.hold : null,
        canary: limit === undefined ? null : { wave: index + 1, verified, limit },
        count: String(results.length),
      });
    },
    closeBreaker() {
      const ended = self.breaker;
      self.breaker = null;
      results.length = 0;
      return Promise.resolve(ended);
    },
    releaseWave: () => Promise.resolve(null),
    noteJamf: () => Promise.resolve(),
    noteVersion: () => Promise.resolve(false),
    noteFleet: () => Promise.resolve(),
    async look(instance, profile, { redistributionId, attempt, caps, now, ...asked }) {
      const askedAt = new Map<string, number>(
        [...records.values()].flatMap((one) =>
          [...askedOfCa(one)].map(([number, at]) => [`${one.id}/${number}`, at] as const),
        ),
      );
      for (const [name, at] of hour) if ((askedAt.get(name) ?? at) <= now - HOUR_MS) hour.delete(name);
      const times = [...hour].map(([name, at]) => askedAt.get(name) ?? at).toSorted((a, b) => a - b);
      const oldest = times[times.length - caps.hourly];
      const freeAt =
        times.length < caps.hourly || oldest === undefined ? null : Math.min(oldest, now) + HOUR_MS;
      const flying = [...records.values()].filter(
        (one) => one.id !== redistributionId && isInFlight(one),
      ).length;
      const { breaker, hold, canary } = await self.safetyLimits(instance, profile, asked.rails, now);
      const used = (canary?.verified ?? 0) + flying;
      const inCanary = canary === null || asked.overCanary || used < canary.limit;
      const hourly = hour.has(`${redistributionId}/${attempt}`) || freeAt === null || asked.overHourlyCap;
      return {
        turn: breaker === null && hold === null && inCanary && hourly && flying < caps.inFlight,
        hourly: { used: times.length, cap: caps.hourly, freeAt },
        inFlight: { used: flying, cap: caps.inFlight },
        canary: canary && { used, limit: canary.limit },
        breaker,
        hold,
        ahead: 0,
      };
    },
    firstInLine(_instance, profile, count) {
      const waiting = [...records.values()].filter((one) => one.profile === profile && waitsForRoom(one));
      const inTurn = waiting.toSorted((a, b) => (a.baseline.expiresAt ?? 0) - (b.baseline.expiresAt ?? 0));
      return Promise.resolve(inTurn.slice(0, count).map(({ id }) => id));
    },
    takeCycle(_instance, _profile, { redistributionId, attempt, caps, now }) {
      for (const [name, at] of cycles) if (at <= now - 24 * HOUR_MS) cycles.delete(name);
      const name = `${redistributionId}/${attempt}`;
      const flying = [...records.values()].filter(
        (one) => one.id !== redistributionId && isCycling(one),
      ).length;
      const daily = { used: cycles.size, cap: caps.daily };
      const inFlight = { used: flying, cap: caps.inFlight };
      if (flying >= caps.inFlight || (!cycles.has(name) && cycles.size >= caps.daily))
        return Promise.resolve({ granted: false, inFlight, daily });
      cycles.set(name, cycles.get(name) ?? now);
      return Promise.resolve({ granted: true });
    },
    async takePermit(instance, profile, request) {
      const room = await self.look(instance, profile, request);
      if (!room.turn) return { granted: false, room };
      const name = `${request.redistributionId}/${request.attempt}`;
      hour.set(name, hour.get(name) ?? request.now);
      return { granted: true };
    },
  };
  return self;
}
