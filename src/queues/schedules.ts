import type { Queue } from 'bullmq';
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

/** Restores schedules that Redis has lost and returns their number. A restored schedule runs immediately. */
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
