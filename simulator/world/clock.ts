import { setImmediate } from 'node:timers/promises';
import { createSchedule, type Entry } from './schedule.js';

/** Something that will happen; hand it to `cancel` to have it not happen. */
export interface Scheduled {
  /** Epoch milliseconds. */
  readonly at: number;
}

/** The one clock of the world and the queue of all that is going to happen in it. */
export interface Clock {
  /** Epoch milliseconds: wall time plus what was advanced, or the manual clock's own time. */
  now: () => number;
  /** What the durations of the rhythm are divided by. Setting it moves all that is scheduled. */
  squeeze: number;
  /** Milliseconds of rhythm time since the start: real ones times squeeze. */
  rhythmElapsedMs(): number;
  /** Has `run` happen after a duration of the rhythm (milliseconds before squeezing). */
  after(rhythmMs: number, run: () => void): Scheduled;
  cancel(event: Scheduled | null): void;
  /** Moves time forward (real milliseconds); all that is due in between happens, in order. */
  advance(ms: number): Promise<void>;
  /** How many things are scheduled, and how many have happened. */
  readonly scheduled: number;
  readonly happened: number;
  /** Time begins to pass (real clock); without it only `advance` moves things. */
  start(): void;
  stop(): void;
}

export interface ClockOptions {
  mode: 'real' | 'manual';
  squeeze: number;
  startAt?: number | undefined;
  /** The wall clock, epoch milliseconds. */
  wall?: () => number;
}

/** How long events may run before other work of the process (HTTP) gets its turn, milliseconds. */
const TURN_MS = 10;
/** The longest delay that setTimeout takes. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** One clock, one timer for the next event. An error in an event rejects `advance`, or is fatal. */
export function createClock({ mode, squeeze: initial, startAt, wall = Date.now }: ClockOptions): Clock {
  const schedule = createSchedule();
  const real = mode === 'real';
  const startedAt = startAt ?? wall();
  let squeeze = initial;
  /** Real: what is added to wall time. Manual: the time itself. */
  let base = real ? startedAt - wall() : startedAt;
  let rhythmBase = { at: startedAt, elapsed: 0 };
  let timer: NodeJS.Timeout | undefined;
  let running = false;
  let stopped = false;
  let happened = 0;
  /** Runs of the queue follow one another: two that take turns would mix up the order. */
  let turn: Promise<void> = Promise.resolve();

  const now = () => (real ? wall() + base : base);
  const moveTo = (at: number) => {
    if (!real) base = Math.max(base, at);
    else if (at > now()) base += at - now();
  };

  const runUntil = async (limit: () => number) => {
    let turnEndsAt = Date.now() + TURN_MS;
    for (;;) {
      const next = schedule.peek();
      if (stopped || !next || next.at > limit()) return;
      schedule.take();
      moveTo(next.at);
      happened += 1;
      next.run?.();
      if (Date.now() >= turnEndsAt) {
        await setImmediate();
        turnEndsAt = Date.now() + TURN_MS;
      }
    }
  };
  const inTurn = (work: () => Promise<void>) => {
    const result = turn.then(work);
    turn = result.catch(() => undefined);
    return result;
  };

  const arm = () => {
    clearTimeout(timer);
    if (!running || !real) return;
    const next = schedule.peek();
    if (!next) return;
    timer = setTimeout(
      () => void inTurn(() => runUntil(now)).then(arm),
      Math.min(Math.max(0, next.at - now()), MAX_TIMER_MS),
    );
  };

  const rhythmElapsedMs = () => rhythmBase.elapsed + (now() - rhythmBase.at) * squeeze;

  return {
    now,
    rhythmElapsedMs,
    get squeeze() {
      return squeeze;
    },
    set squeeze(factor: number) {
      if (!(factor > 0)) throw new RangeError('squeeze must be above 0');
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
    cancel: (event) => {
      if (event) schedule.cancel(event as Entry);
    },
    advance: (ms) =>
      inTurn(async () => {
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
      running = true;
      arm();
    },
    stop: () => {
      running = false;
      stopped = true;
      clearTimeout(timer);
    },
  };
}
