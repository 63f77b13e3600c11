import type { Queue } from 'bullmq';
import { isLive } from './live-job.js';
import { sweepPayload, type SweepPayload } from './payloads.js';

/** The types of sweeps that run on a schedule. */
const RECURRING = ['changed', 'full', 'open', 'okta'] as const satisfies readonly SweepPayload['what'][];

/** Interval of each type of sweep of one Jamf Pro server, milliseconds. A type without an interval does not run. */
export type SweepRhythm = Readonly<Partial<Record<(typeof RECURRING)[number], number>>>;

/**
 * Creates the sweep schedules of the configured Jamf Pro servers and removes the schedules of other servers. Every
 * worker can call this function when it starts, because the next run of an existing schedule does not change. A new
 * schedule runs immediately.
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
 * Replaces schedules that would not run, because Redis has lost the schedule or its next job. A replaced schedule
 * runs immediately. Returns the number of replaced schedules.
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
  // The old schedule must be removed first. Otherwise BullMQ keeps its next run instead of running the schedule
  // immediately.
  await Promise.all(lost.map(({ id }) => queue.removeJobScheduler(id)));
  await upsert(queue, lost);
  return lost.length;
}

/** Maximum difference between the clocks of two workers, milliseconds. */
const CLOCK_SLACK_MS = 60_000;

async function willRun(
  queue: Queue<SweepPayload>,
  { id, every }: Schedule,
  next: number | undefined,
): Promise<boolean> {
  // The schedule is missing, or its next run is later than its interval allows, for example because a clock was set
  // back.
  if (next === undefined || next > Date.now() + 2 * every + CLOCK_SLACK_MS) return false;
  if (await isLive(queue, `repeat:${id}:${next}`)) return true;
  // The job is missing. If it has run since `next` was read, the schedule now has a later time. If not, Redis has
  // lost the job.
  return (await queue.getJobScheduler(id))?.next !== next;
}

interface Schedule {
  id: string;
  every: number;
  payload: SweepPayload;
}

function schedulesOf(rhythms: Readonly<Record<string, SweepRhythm>>): Schedule[] {
  return Object.entries(rhythms).flatMap(([instance, rhythm]) =>
    RECURRING.flatMap((what) => {
      const every = rhythm[what];
      return every === undefined ? [] : [{ id: `${instance}-${what}`, every, payload: { instance, what } }];
    }),
  );
}

async function upsert(queue: Queue<SweepPayload>, schedules: readonly Schedule[]): Promise<void> {
  await Promise.all(
    schedules.map(({ id, every, payload }) =>
      queue.upsertJobScheduler(
        id,
        { every },
        {
          name: payload.what,
          data: sweepPayload.encode(payload),
          // The queue keeps a number of finished sweeps, from which the last sweep of the fleet is found.
          opts: payload.what === 'okta' ? { removeOnComplete: true } : {},
        },
      ),
    ),
  );
}
