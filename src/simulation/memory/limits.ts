import type { Ports } from '../../application/ports.js';
import { type Breaker, judgeResults } from '../../domain/redistribution/safety-limits/circuit-breaker.js';
import type { CommandListing } from '../../domain/redistribution/evidence/listing.js';
import type { Capacity, Hold, Pause } from '../../domain/redistribution/evidence/evidence.js';
import { waveLimits } from '../../domain/redistribution/safety-limits/policy.js';
import type { MemoryRedistributions } from './redistributions.js';

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
  | 'noteListing';

/**
 * The limits of one watched profile in memory, with the rules of src/store/limits. Unlike there, a Mac stays in
 * the wait queue until it leaves.
 */
export interface MemoryLimits extends Pick<Ports['limits'], Methods> {
  readonly pauses: Map<string, Pause>;
  /** Start of each attempt with the mechanism cycle, by `id/number`. */
  readonly cycles: Map<string, number>;
  breaker: Breaker | null;
  hold: Hold | null;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/**
 * Creates the limits for the redistributions in memory. There is no cool-down: `noteJamf` has no effect, but
 * `hold` can be set.
 */
export function createMemoryLimits(store: MemoryRedistributions): MemoryLimits {
  const { hour, inFlight, cycling, line, results, tally } = store;
  const cycles = new Map<string, number>();
  /** What was evaluated last. The same results with the same policy are not evaluated again. */
  let judged: { newest: unknown; policy: unknown } = { newest: undefined, policy: undefined };
  let listing: CommandListing = { listedAt: null, unlisted: 0 };
  const self: MemoryLimits = {
    ...createPauses(),
    ...createWaitQueue(store),
    cycles,
    breaker: null,
    hold: null,
    safetyLimits(_instance, profile, { breaker: policy, canary }, now) {
      if (self.breaker === null && (results[0] !== judged.newest || policy !== judged.policy)) {
        judged = { newest: results[0], policy };
        self.breaker = judgeResults(results, policy, profile);
      }
      const verified = tally.get('verified') ?? 0;
      const limits = waveLimits(canary);
      const index = limits.findIndex((limit) => verified < limit);
      const limit = limits[index];
      return Promise.resolve({
        breaker: self.breaker,
        hold: self.hold !== null && self.hold.until > now ? self.hold : null,
        canary: limit === undefined ? null : { wave: index + 1, verified, limit },
        count: String(tally.get('count') ?? 0),
      });
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
    noteJamf: () => Promise.resolve(),
    noteListing: (_instance, seen, now) => Promise.resolve(void (listing = afterNote(listing, seen, now))),
    listing: () => Promise.resolve(listing),
    async look(instance, profile, request) {
      const { redistributionId: id, attempt, caps, now, rails, rank, overHourlyCap, overCanary } = request;
      const { breaker, hold, canary } = await self.safetyLimits(instance, profile, rails, now);
      hour.removeUpTo(now - HOUR_MS);
      const flying = inFlight.size - (inFlight.has(id) ? 1 : 0);
      const ahead = line.below(rank);
      const freeAt = nextFreeAt(store, hour.size + ahead - caps.hourly, now);
      const used = (canary?.verified ?? 0) + flying;
      const inCanary = canary === null || overCanary || used + ahead < canary.limit;
      const inHour = hour.has(`${id}/${attempt}`) || freeAt === null || overHourlyCap;
      const turn = breaker === null && hold === null && inCanary && inHour && flying + ahead < caps.inFlight;
      if (!turn) line.set(id, rank);
      return {
        turn,
        hourly: { used: hour.size, cap: caps.hourly, freeAt },
        inFlight: { used: flying, cap: caps.inFlight },
        canary: canary && { used, limit: canary.limit },
        breaker,
        hold,
        ahead,
      } satisfies Capacity;
    },
    async takePermit(instance, profile, request) {
      const room = await self.look(instance, profile, request);
      if (!room.turn) return { granted: false, room };
      const name = `${request.redistributionId}/${request.attempt}`;
      if (!hour.has(name)) hour.set(name, request.now);
      inFlight.add(request.redistributionId);
      return { granted: true };
    },
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
  return self;
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
 * Returns when the rate limit allows a request for which `missing` permits are missing; `null` when it does so
 * now. When a pending command will end is not known.
 */
function nextFreeAt({ hour }: MemoryRedistributions, missing: number, now: number): number | null {
  if (missing < 0 || hour.size === 0) return null;
  return Math.min(hour.scoreAt(Math.min(missing, hour.size - 1)), now) + HOUR_MS;
}
