/** Something that will happen; hand it to `cancel` to have it not happen. */
export interface Scheduled {
  /** Epoch milliseconds. */
  readonly at: number;
}

/** The one clock of the world and the queue of all that is going to happen in it. */
export interface Clock {
  /** Epoch milliseconds: wall time plus what was advanced, or the manual clock's own time. */
  now(): number;
  /** What the durations of the rhythm are divided by. Setting it moves all that is scheduled. */
  squeeze: number;
  /** Milliseconds of rhythm time since the start: real ones times squeeze. */
  rhythmElapsedMs(): number;
  /** Has `run` happen after a duration of the rhythm (milliseconds before squeezing). */
  after(rhythmMs: number, run: () => void | Promise<void>): Scheduled;
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
