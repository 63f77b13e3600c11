import type { Queue } from 'bullmq';
import { isLive } from './live-job.js';
import { sweepPayload, type SweepPayload } from './payloads.js';

/** The sweeps that run on a schedule. */
const RECURRING = ['changed', 'full', 'open'] as const satisfies readonly SweepPayload['what'][];

/** Interval of each sweep of one instance, milliseconds. */
export type SweepRhythm = Readonly<Record<(typeof RECURRING)[number], number>>;

/**
 * Creates the sweep schedules of the configured instances and removes those of other instances. Safe to call from every worker at
 * startup: an existing schedule keeps its next run. A new schedule runs immediately.
 */
export async function scheduleSweeps(
  queue: Queue<SweepPayload>,
  rhythms: Readonly<Record<string, SweepRhythm>>,
): Promise<void> {
  const wanted = schedulesOf(rhythms);
  await upsert(queue, wanted);
  const ids = new Set(wanted.map(({ id }) => id));
  const present = await queue.getJobSchedulers(0, -1);
  await Promise.all(
    present.filter(({ key }) => !ids.has(key)).map(({ key }) => queue.removeJobScheduler(key)),
  );
}

/**
 * Restores schedules that will not run, because Redis has lost the schedule or its next job, and returns their number. A restored
 * schedule runs immediately.
 */
export async function restoreSweeps(
  queue: Queue<SweepPayload>,
  rhythms: Readonly<Record<string, SweepRhythm>>,
): Promise<number> {
  const present = new Map((await queue.getJobSchedulers(0, -1)).map(({ key, next }) => [key, next]));
  const wanted = schedulesOf(rhythms);
  const running = await Promise.all(
    wanted.map((schedule) => willRun(queue, schedule, present.get(schedule.id))),
  );
  const lost = wanted.filter((_, index) => !running[index]);
  // A schedule that exists would keep its rhythm instead of running immediately.
  await Promise.all(lost.map(({ id }) => queue.removeJobScheduler(id)));
  await upsert(queue, lost);
  return lost.length;
}

/** Slack for the clocks of other workers, milliseconds. */
const CLOCK_SLACK_MS = 60_000;

async function willRun(
  queue: Queue<SweepPayload>,
  { id, every }: Schedule,
  next: number | undefined,
): Promise<boolean> {
  // Further ahead than a schedule can be, for example after a jump of the clock.
  if (next === undefined || next > Date.now() + 2 * every + CLOCK_SLACK_MS) return false;
  if (await isLive(queue, `repeat:${id}:${next}`)) return true;
  // A job that has run in the meantime has added the next one.
  return (await queue.getJobScheduler(id))?.next !== next;
}

interface Schedule {
  id: string;
  every: number;
  payload: SweepPayload;
}

function schedulesOf(rhythms: Readonly<Record<string, SweepRhythm>>): Schedule[] {
  return Object.entries(rhythms).flatMap(([instance, rhythm]) =>
    RECURRING.map((what) => ({
      id: `${instance}-${what}`,
      every: rhythm[what],
      payload: { instance, what },
    })),
  );
}

async function upsert(queue: Queue<SweepPayload>, schedules: readonly Schedule[]): Promise<void> {
  await Promise.all(
    schedules.map(({ id, every, payload }) =>
      queue.upsertJobScheduler(id, { every }, { name: payload.what, data: sweepPayload.parse(payload) }),
    ),
  );
}
