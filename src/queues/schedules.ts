import type { Queue } from 'bullmq';
import { sweepPayload, type SweepPayload } from './payloads.js';

/** Sweeps that recur. */
const RECURRING = ['changed', 'full', 'open'] as const satisfies readonly SweepPayload['what'][];

/** How often which sweep runs for one instance, milliseconds. */
export type SweepRhythm = Readonly<Record<(typeof RECURRING)[number], number>>;

/**
 * Makes the sweeps of the configured instances recur, and ends those of instances that are no longer configured. Safe to call from
 * every worker at its start: a schedule that is there already keeps its next run. A new one runs at once.
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

/** Puts back what Redis has lost of the schedules, and says how many those were. A schedule put back runs at once. */
export async function restoreSweeps(
  queue: Queue<SweepPayload>,
  rhythms: Readonly<Record<string, SweepRhythm>>,
): Promise<number> {
  const present = new Set((await queue.getJobSchedulers(0, -1)).map(({ key }) => key));
  const lost = schedulesOf(rhythms).filter(({ id }) => !present.has(id));
  await upsert(queue, lost);
  return lost.length;
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
