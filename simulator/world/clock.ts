import { setImmediate } from 'node:timers/promises';
import { createSchedule, type Entry } from './schedule.js';

/** A scheduled event, which can be passed to `cancel`. */
export interface Scheduled {
  /** Epoch milliseconds. */
  readonly at: number;
}

/**
 * The clock of the simulated world, with its queue of events. A rhythm duration is a duration of the behavior of
 * Macs, such as the check-in interval. The clock divides rhythm durations by `squeeze`.
 */
export interface Clock {
  /** Current time, epoch milliseconds: wall-clock time plus all advances, or the time of the manual clock. */
  now: () => number;
  /** Divisor of all rhythm durations. Setting it reschedules all events. @throws RangeError unless it is above 0 */
  squeeze: number;
  /** Returns the rhythm time since the simulation started, milliseconds: elapsed time multiplied by `squeeze`. */
  rhythmElapsedMs(): number;
  /** Schedules `run` after a rhythm duration (milliseconds before squeezing). */
  after(rhythmMs: number, run: () => void): Scheduled;
  cancel(event: Scheduled | null): void;
  /** Advances the time by `ms` (not squeezed) and runs all events that become due, in order. Rejects with the error of an event. */
  advance(ms: number): Promise<void>;
  /** Number of scheduled events, and number of events that have run. */
  readonly scheduled: number;
  readonly happened: number;
  /** Starts the timer of a real clock. Before that, only `advance` runs events. */
  start(): void;
  stop(): void;
}

/** A `real` clock follows the system clock; a `manual` clock changes only with `advance`. `startAt`: epoch milliseconds. */
export interface ClockOptions {
  mode: 'real' | 'manual';
  squeeze: number;
  startAt?: number | undefined;
  /** Returns the time of the system clock, epoch milliseconds. Tests replace it. */
  wall?: () => number;
}

/** After running events for this time, the clock lets other work of the process run, such as HTTP requests. Milliseconds. */
const TURN_MS = 10;
/** Maximum delay of setTimeout, milliseconds. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Creates the current time, which can be moved forward. Epoch milliseconds. */
function createTime(real: boolean, startedAt: number, wall: () => number) {
  /** For a real clock, the offset to the system clock; for a manual clock, the current time. */
  let base = real ? startedAt - wall() : startedAt;
  const now = () => (real ? wall() + base : base);
  return {
    now,
    moveTo: (at: number) => {
      if (!real) base = Math.max(base, at);
      else if (at > now()) base += at - now();
    },
  };
}

/** Repeats `work` until it returns false, and lets other work of the process run after each turn. */
async function inTurns(work: () => boolean): Promise<void> {
  let turnEndsAt = Date.now() + TURN_MS;
  while (work()) {
    if (Date.now() < turnEndsAt) continue;
    await setImmediate();
    turnEndsAt = Date.now() + TURN_MS;
  }
}

/** Returns a function that starts its work when all earlier work has ended. */
function createSerializer(): (work: () => Promise<void>) => Promise<void> {
  let last: Promise<void> = Promise.resolve();
  return (work) => {
    const result = last.then(work);
    last = result.catch(() => undefined);
    return result;
  };
}

/** Creates a clock with a single timer for the next event. Outside of `advance`, an error in an event is an unhandled rejection. */
export function createClock({ mode, squeeze: initial, startAt, wall = Date.now }: ClockOptions): Clock {
  const schedule = createSchedule();
  const real = mode === 'real';
  const startedAt = startAt ?? wall();
  const { now, moveTo } = createTime(real, startedAt, wall);
  let squeeze = initial;
  let rhythmBase = { at: startedAt, elapsed: 0 };
  let timer: NodeJS.Timeout | undefined;
  let state: 'new' | 'running' | 'stopped' = 'new';
  let happened = 0;
  /** Only one run of the queue is active at a time, because runs at the same time would change the order of events. */
  const serialize = createSerializer();

  /** Runs the next event that is due by `limit`. Returns whether there was one. */
  const runNext = (limit: number): boolean => {
    const next = schedule.peek();
    if (state === 'stopped' || !next || next.at > limit) return false;
    schedule.take();
    moveTo(next.at);
    happened += 1;
    next.run?.();
    return true;
  };
  const runUntil = (limit: () => number) => inTurns(() => runNext(limit()));

  const arm = () => {
    clearTimeout(timer);
    const next = schedule.peek();
    if (state !== 'running' || !real || !next) return;
    const delayMs = Math.min(Math.max(0, next.at - now()), MAX_TIMER_MS);
    timer = setTimeout(() => void serialize(() => runUntil(now)).then(arm), delayMs);
  };

  const rhythmElapsedMs = () => rhythmBase.elapsed + (now() - rhythmBase.at) * squeeze;

  return {
    now,
    rhythmElapsedMs,
    get squeeze() {
      return squeeze;
    },
    set squeeze(factor: number) {
      if (!(factor > 0)) throw new RangeError('The squeeze factor must be above 0');
      const at = now();
      const ratio = squeeze / factor;
      rhythmBase = { at, elapsed: rhythmElapsedMs() };
      squeeze = factor;
      schedule.remap((due) => Math.round(at + (due - at) * ratio));
      arm();
    },
    after: (rhythmMs, run) => {
      const earlier = schedule.peek();
      const entry = schedule.add(Math.round(now() + rhythmMs / squeeze), run);
      if (!earlier || entry.at < earlier.at) arm();
      return entry;
    },
    cancel: (event) => event && schedule.cancel(event as Entry),
    advance: (ms) =>
      serialize(async () => {
        const target = now() + ms;
        await runUntil(() => target);
        moveTo(target);
        arm();
      }),
    get scheduled() {
      return schedule.size;
    },
    get happened() {
      return happened;
    },
    start: () => {
      state = 'running';
      arm();
    },
    stop: () => {
      state = 'stopped';
      clearTimeout(timer);
    },
  };
}
