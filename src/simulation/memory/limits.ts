import type { Ports } from '../../application/ports.js';
import { type Breaker, judgeResults } from '../../domain/redistribution/safety-limits/circuit-breaker.js';
import type { CommandListing } from '../../domain/redistribution/evidence/listing.js';
import type { StatusKnowledge, StatusNote } from '../../domain/redistribution/evidence/status.js';
import type { Capacity, Hold, Pause } from '../../domain/redistribution/evidence/evidence.js';
import {
  holdOf,
  type SafetyLimitPolicy,
  type SafetyLimitState,
  waveLimits,
} from '../../domain/redistribution/safety-limits/policy.js';
import type { MemoryRedistributions } from './redistributions.js';
import type { ScoredSet } from './scored-set.js';

type Methods =
  | 'pause'
  | 'resume'
  | 'paused'
  | 'safetyLimits'
  | 'closeBreaker'
  | 'noteJamf'
  | 'look'
  | 'takePermit'
  | 'takeCycle'
  | 'firstInLine'
  | 'queue'
  | 'listing'
  | 'noteStatus'
  | 'status'
  | 'noteListing';

/**
 * The limits of one watched profile in memory, with the rules of src/store/limits. One difference: a request in the
 * wait queue does not expire.
 */
export interface MemoryLimits extends Pick<Ports['limits'], Methods> {
  readonly pauses: Map<string, Pause>;
  /** Start of each attempt with the mechanism cycle, by `id/number` (ID of the redistribution, number of the attempt). */
  readonly cycles: Map<string, number>;
  breaker: Breaker | null;
  hold: Hold | null;
  /** The same as `safetyLimits`, but synchronous. */
  stateOf(profile: string, policy: SafetyLimitPolicy, now: number): SafetyLimitState;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/**
 * Creates the limits for a store of redistributions. `hold` is a cool-down that a test sets, in addition to a
 * cool-down that `noteJamf` starts.
 */
export function createMemoryLimits(store: MemoryRedistributions): MemoryLimits {
  const { hour, sent, inFlight, inCanary, results, tally } = store;
  const noted: Partial<Record<Hold['why'], string>> = {};
  /** Input of the last evaluation of the circuit breaker. The same results under the same policy are not evaluated again. */
  let judged: { newest: unknown; policy: unknown; full: boolean } | null = null;
  let listing: CommandListing = { listedAt: null, unlisted: 0 };
  let status: StatusKnowledge = { agreed: 0, unreported: 0, unreportedAt: null, why: null };
  const self: MemoryLimits = {
    ...createPauses(),
    ...createWaitQueue(store),
    ...createCycleLimits(store),
    breaker: null,
    hold: null,
    safetyLimits: (_instance, profile, rails, now) => Promise.resolve(self.stateOf(profile, rails, now)),
    stateOf(profile, rails, now) {
      const { breaker: policy, canary } = rails;
      const verified = tally.get('verified') ?? 0;
      const limits = waveLimits(canary);
      const index = limits.findIndex((limit) => verified < limit);
      const limit = limits[index];
      const full = limit === undefined;
      const same = results[0] === judged?.newest && policy === judged?.policy && full === judged.full;
      if (self.breaker === null && !same) {
        judged = { newest: results[0], policy, full };
        self.breaker = judgeResults(results, policy, { profile, full });
      }
      return {
        breaker: self.breaker,
        hold: self.hold !== null && self.hold.until > now ? self.hold : holdOf(noted, rails, now),
        canary: limit === undefined ? null : { wave: index + 1, verified, limit },
        count: String(tally.get('count') ?? 0),
      };
    },
    closeBreaker(_instance, _profile, now) {
      const ended = self.breaker;
      self.breaker = null;
      if (ended !== null) {
        results.length = 0;
        tally.set('since', now).set('verified', 0);
      }
      return Promise.resolve(ended);
    },
    noteListing: (_instance, seen, now) => Promise.resolve(void (listing = afterNote(listing, seen, now))),
    listing: () => Promise.resolve(listing),
    noteStatus(_instance, seen, now) {
      status = afterStatus(status, seen, now);
      return Promise.resolve();
    },
    status: () => Promise.resolve(status),
    noteJamf(_instance, why, now) {
      noted[why] = String(now);
      return Promise.resolve();
    },
    look: (_instance, profile, request) =>
      Promise.resolve(lookAt(store, self.stateOf(profile, request.rails, request.now), request)),
    async takePermit(instance, profile, request) {
      const room = await self.look(instance, profile, request);
      if (!room.turn) return { granted: false, room };
      const name = `${request.redistributionId}/${request.attempt}`;
      if (!hour.has(name)) hour.set(name, request.now);
      if (!sent.has(name)) sent.set(name, request.now);
      inFlight.add(request.redistributionId);
      if ((room.canary ?? null) === null) return { granted: true };
      inCanary.add(request.redistributionId);
      return { granted: true, canary: true };
    },
  };
  return self;
}

/** Creates the limits of the mechanism cycle. */
function createCycleLimits({ cycling }: MemoryRedistributions): Pick<MemoryLimits, 'cycles' | 'takeCycle'> {
  const cycles = new Map<string, number>();
  return {
    cycles,
    takeCycle(_instance, _profile, { redistributionId: id, attempt, caps, now }) {
      for (const [name, at] of cycles) if (at <= now - DAY_MS) cycles.delete(name);
      const name = `${id}/${attempt}`;
      const flying = cycling.size - (cycling.has(id) ? 1 : 0);
      const daily = { used: cycles.size, cap: caps.daily };
      if (flying >= caps.inFlight || (!cycles.has(name) && cycles.size >= caps.daily))
        return Promise.resolve({ granted: false, inFlight: { used: flying, cap: caps.inFlight }, daily });
      cycles.set(name, cycles.get(name) ?? now);
      return Promise.resolve({ granted: true });
    },
  };
}

function createWaitQueue({ line }: MemoryRedistributions): Pick<MemoryLimits, 'firstInLine' | 'queue'> {
  return {
    firstInLine: (_instance, _profile, count) => Promise.resolve(line.first(count)),
    queue(_instance, _profile, requests) {
      for (const { id, rank } of requests) line.set(id, rank);
      return Promise.resolve();
    },
  };
}

function afterNote(listing: CommandListing, seen: 'listed' | 'unlisted', now: number): CommandListing {
  return seen === 'listed'
    ? { listedAt: now, unlisted: 0 }
    : { listedAt: listing.listedAt, unlisted: listing.unlisted + 1 };
}

function afterStatus(status: StatusKnowledge, seen: StatusNote, now: number): StatusKnowledge {
  if (seen === 'agreed' || seen === 'differed')
    return { ...status, agreed: seen === 'agreed' ? status.agreed + 1 : 0 };
  return seen === 'reported'
    ? { agreed: status.agreed, unreported: 0, unreportedAt: null, why: null }
    : { agreed: status.agreed, unreported: status.unreported + 1, unreportedAt: now, why: seen };
}

/** Returns the capacity for a request, with the rules of take.lua. A request without capacity enters the wait queue. */
function lookAt(
  { hour, sent, inFlight, inCanary, line }: MemoryRedistributions,
  { breaker, hold, canary }: SafetyLimitState,
  request: Parameters<Ports['limits']['look']>[2],
): Capacity & Required<Pick<Capacity, 'canary'>> {
  const { redistributionId: id, attempt, caps, now, rank, overHourlyCap, overCanary } = request;
  hour.removeUpTo(now - HOUR_MS);
  sent.removeUpTo(now - HOUR_MS);
  const flying = inFlight.size - (inFlight.has(id) ? 1 : 0);
  const ahead = line.below(rank);
  const ca = freeFrom(hour, { most: caps.ca ?? caps.hourly, ahead, spanMs: HOUR_MS, now });
  const rate = latestOf([
    freeFrom(sent, { most: caps.hourly, ahead, spanMs: HOUR_MS, now }),
    freeFrom(sent, { most: caps.perMinute ?? caps.hourly, ahead, spanMs: MINUTE_MS, now }),
  ]);
  const freeAt = latestOf([rate, ca]);
  const byCa = ca !== null && (rate === null || ca > rate);
  const used = (canary?.verified ?? 0) + inCanary.size - (inCanary.has(id) ? 1 : 0);
  const inWave = canary === null || overCanary || used + ahead < canary.limit;
  const inHour = hour.has(`${id}/${attempt}`) || freeAt === null || overHourlyCap;
  const turn = breaker === null && hold === null && inWave && inHour && flying + ahead < caps.inFlight;
  if (!turn) line.set(id, rank);
  return {
    turn,
    hourly: byCa
      ? { used: hour.size, cap: caps.ca ?? caps.hourly, freeAt }
      : { used: sent.size, cap: caps.hourly, freeAt },
    inFlight: { used: flying, cap: caps.inFlight },
    canary: canary && { used, limit: canary.limit },
    breaker,
    hold,
    ahead,
  };
}

function createPauses(): Pick<MemoryLimits, 'pauses' | 'pause' | 'resume' | 'paused'> {
  const pauses = new Map<string, Pause>();
  return {
    pauses,
    pause: (instance, pause) => Promise.resolve(void pauses.set(instance, pause)),
    resume(instance) {
      const ended = pauses.get(instance) ?? null;
      pauses.delete(instance);
      return Promise.resolve(ended);
    },
    paused: (instance) => Promise.resolve(pauses.get(instance) ?? null),
  };
}

/**
 * Returns when a limit of `most` permits per `spanMs` allows a request after `ahead` earlier requests; `null` when it
 * does so now. If a pending command holds the permit, its end is not known, and the time is one `spanMs` from now.
 */
export function freeFrom(
  permits: ScoredSet,
  { most, ahead, spanMs, now }: { most: number; ahead: number; spanMs: number; now: number },
): number | null {
  const old = permits.upTo(now - spanMs);
  const used = permits.size - old;
  const missing = used + ahead - most;
  if (missing < 0) return null;
  if (missing < used) return Math.min(permits.scoreAt(old + missing), now) + spanMs;
  return now + spanMs * (1 + Math.floor((missing - used) / most));
}

export function latestOf(instants: readonly (number | null)[]): number | null {
  return instants.reduce((latest, at) => (at === null ? latest : Math.max(latest ?? at, at)), null);
}
