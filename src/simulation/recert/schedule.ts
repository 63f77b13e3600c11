import type { Assessment } from '../../domain/assessment.js';
import { isPending } from '../../domain/redistribution/evidence/commands.js';
import {
  type Attempt,
  type CommandSeen,
  isInCanary,
  isSettling,
  lastAttempt,
  type Redistribution,
  waitsForRoom,
} from '../../domain/redistribution/record.js';
import { askMs, idleMs, pollMs } from '../../domain/redistribution/safety-limits/timing.js';
import { deliveryActionAt } from '../../domain/redistribution/states/pushed.js';
import { abandonedAt } from '../../domain/redistribution/states/settle.js';
import { proofActionAt } from '../../domain/redistribution/states/verifying.js';
import type { RedistributionPolicy } from '../../domain/watched.js';
import type { MemoryRedistributions } from '../memory/redistributions.js';
import { DAY_MS } from '../scenario.js';
import type { World } from '../world.js';
import { macOf } from './fleet.js';
import type { SimulatedJamf } from './jamf.js';
import type { SimulatedLimits } from './limits.js';
import type { News } from './news.js';
import { createTimers } from './timers.js';

/**
 * Types of scheduled events: run the job of an open redistribution, read the inventory of a Mac, wake the first
 * Macs in the wait queue.
 */
export const JOB = 1;
export const READING = 2;
const QUEUE = 3;

/** Dependencies of the schedule. */
export interface ScheduleFacts {
  policy: RedistributionPolicy;
  news: News;
  jamf: Pick<SimulatedJamf, 'countReading'>;
  store: Pick<MemoryRedistributions, 'records' | 'line'>;
  limits: Pick<SimulatedLimits, 'free' | 'nextFreeAt'>;
}

/**
 * Determines when jobs run and when inventory is read. A worker also runs jobs as a fallback in case it missed
 * something; the simulation omits these runs, because they change nothing.
 */
export interface Schedule {
  runNow(mac: number): void;
  /** Runs the job now. If it waits for a limit that is still reached, it stays in the wait queue. */
  wake(mac: number, open: Redistribution): void;
  /** Plans the run in which a worker reads the response of a Mac to its command. */
  answered(mac: number, open: Redistribution): void;
  /** Counts the API calls of the runs that were omitted since the last run. */
  countPolls(open: Redistribution): void;
  requestReading(mac: number): void;
  /** Sets whether a check-in of a Mac causes its inventory to be read. */
  watch(mac: number, isWatched: boolean): void;
  /** Plans the next read of a Mac. `assessment` is set for a Mac without an open redistribution. */
  planReading(mac: number, open: Redistribution | null, assessment?: Assessment): void;
  /** Plans the next run of a job that waits until `wakeAt`, and the next read of its Mac. */
  rest(mac: number, open: Redistribution, wakeAt: number): void;
  /** Runs the jobs of the first Macs in the wait queue, as many as can start. */
  callQueue(): void;
  /** Whether an event that occurs is still current. If not, it was planned again for another time and must be ignored. */
  fires(kind: number, mac: number, data: number): boolean;
}

export function createSchedule(world: World, facts: ScheduleFacts): Schedule {
  const { news, jamf, limits, policy } = facts;
  const { computers } = world.scenario;
  const jobs = createTimers(world, JOB);
  const readings = createTimers(world, READING);
  const runNow = (mac: number) => jobs.set(mac, world.now());
  const queue = createQueueCalls(world, facts, runNow);
  /** For each Mac, the time at which the requested read is complete; `Infinity` if no read is requested. */
  const requested = new Float64Array(computers).fill(Infinity);
  const requestedFor = (mac: number) => requested[mac] ?? Infinity;
  const watched = new Uint8Array(computers);

  const jobAt = (mac: number, open: Redistribution, wakeAt: number): number => {
    const next = Math.max(wakeAt, world.now() + 1);
    if (open.trouble !== null) return next;
    const { blocked } = open;
    if (blocked?.reason === 'offline' || blocked?.reason === 'inventory-stale') return Infinity;
    if (waitsForRoom(open)) {
      queue.plan();
      return Infinity;
    }
    // Whether a redistribution keeps its place in a canary wave depends on the waiting Macs, so none of its runs can
    // be omitted.
    if (isInCanary(open)) return next;
    const pending = pendingOf(open);
    if (pending !== null) {
      const now = world.now();
      const seen = { waits: policy.waits, lastContactAt: world.presence.lastCheckIn(mac, now), now };
      return Math.max(next, deliveryActionAt(pending.attempt, pending.command, seen));
    }
    const deadline = reportDeadline(open, policy);
    if (deadline === null) return next;
    // A read before the next report of the Mac returns nothing new. The read that the job has just requested, and
    // those that it would request until then, are therefore only counted.
    const until = Math.min(news.reportHeardAt(mac), deadline);
    if (requestedFor(mac) < until) jamf.countReading(requestedFor(mac));
    requested[mac] = Infinity;
    countAsks(world, facts, open, until);
    return deadline;
  };
  const planReading: Schedule['planReading'] = (mac, open, assessment) => {
    let at = requestedFor(mac);
    if (open !== null) {
      // A Mac in the wait queue is read when it can start. Reports before that do not change its position.
      if (!waitsForRoom(open)) at = Math.min(at, news.reportHeardAt(mac));
    } else if (assessment !== undefined) at = Math.min(at, nextAssessmentAt(world, news, mac, assessment));
    if (open !== null && watched[mac] === 1) at = Math.min(at, news.checkInHeardAt(mac));
    readings.set(mac, at);
  };

  return {
    runNow,
    wake(mac, open) {
      if (!waitsForRoom(open) || limits.free(world.now()) > 0) runNow(mac);
      else queue.plan();
    },
    answered: (mac, open) =>
      jobs.set(
        mac,
        nextPollAt(world, open, policy, () => undefined),
      ),
    countPolls: (open) => void nextPollAt(world, open, policy, () => world.measures.calls(1)),
    requestReading: (mac) => void (requested[mac] = Math.min(requestedFor(mac), news.answeredAt())),
    watch: (mac, isWatched) => void (watched[mac] = isWatched ? 1 : 0),
    planReading,
    rest(mac, open, wakeAt) {
      jobs.set(mac, jobAt(mac, open, wakeAt));
      planReading(mac, open);
    },
    callQueue: () => queue.call(),
    fires(kind, mac, data) {
      if (kind === JOB) return jobs.fires(mac, data);
      if (kind === QUEUE) return queue.fires(data);
      const fires = readings.fires(mac, data);
      if (fires && requestedFor(mac) <= world.now()) requested[mac] = Infinity;
      return fires;
    },
  };
}

/** Wakes the Macs in the wait queue when there is capacity. The jobs of waiting Macs do not run at other times. */
function createQueueCalls(
  world: World,
  { store, limits, policy }: ScheduleFacts,
  runNow: (mac: number) => void,
) {
  const timer = createTimers(world, QUEUE, 1);
  let plannedAt = Infinity;
  /**
   * Schedules a wake-up for the time at which the rate limit frees the next permit. When a redistribution ends, no
   * wake-up is needed, because the application then wakes the first waiting Macs.
   */
  const plan = () => {
    const now = world.now();
    const at = Math.max(now + 1, Math.min(limits.nextFreeAt(now), now + idleMs(policy)));
    if (at >= plannedAt) return;
    plannedAt = at;
    timer.set(0, at);
  };
  return {
    plan,
    call() {
      for (const id of store.line.first(Math.max(0, limits.free(world.now())))) {
        const record = store.records.get(id);
        if (record !== undefined) runNow(macOf(record.computerId));
      }
      if (store.line.size > 0) plan();
    },
    fires(data: number): boolean {
      const fires = timer.fires(0, data);
      if (fires) plannedAt = Infinity;
      return fires;
    },
  };
}

/**
 * Returns when a Mac without an open redistribution is assessed next: when it becomes due, at its next report, or
 * in the daily sweep.
 */
function nextAssessmentAt(world: World, news: News, mac: number, { state, dueAt }: Assessment): number {
  if (state === 'healthy' && dueAt !== null) return dueAt;
  return state === 'unknown' ? news.reportHeardAt(mac) : world.now() + DAY_MS;
}

/** Returns the pending command of a redistribution whose Mac has not received it yet. */
function pendingOf(open: Redistribution): { attempt: Attempt; command: CommandSeen } | null {
  const attempt = lastAttempt(open);
  if (open.state !== 'pushed' || attempt === null || attempt.command === null) return null;
  return isPending(attempt.command) ? { attempt, command: attempt.command } : null;
}

/** Returns when a worker would next read the pending command. `onPoll` is called for each read before that. */
function nextPollAt(
  world: World,
  open: Redistribution,
  policy: RedistributionPolicy,
  onPoll: () => void,
): number {
  const pending = pendingOf(open);
  if (pending === null) return world.now();
  const from = pending.attempt.deliveryFrom ?? pending.command.sentAt;
  let at = open.wakeAt;
  for (; at < world.now(); at += pollMs(policy, from, at)) onPoll();
  return at;
}

/**
 * Returns until when a redistribution waits only for an inventory report of the Mac; `null` when it waits for
 * something else. A worker requests inventory repeatedly during this time. Most runs of a year would be such
 * requests, so they are only counted.
 */
function reportDeadline(open: Redistribution, policy: RedistributionPolicy): number | null {
  if (open.state === 'verifying') return proofActionAt(open, policy);
  const { settlement } = open;
  return isSettling(open) && settlement?.decidedAt !== undefined ? abandonedAt(settlement, policy) : null;
}

/** Counts the inventory reads that a waiting job would request until the given time. */
function countAsks(world: World, { jamf, policy }: ScheduleFacts, open: Redistribution, until: number): void {
  const since = open.settlement?.decidedAt ?? open.since;
  for (let at = open.wakeAt; at < until; at += askMs(policy, since, at))
    if (world.presence.jamfUpAt(at) === at) jamf.countReading(at);
}
