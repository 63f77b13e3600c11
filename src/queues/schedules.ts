import type { Queue } from 'bullmq';
import { sweepPayload, type SweepPayload } from './payloads.js';

/** How often which sweep runs for one instance, milliseconds. */
export type SweepRhythm = Readonly<Record<SweepPayload['what'], number>>;

/**
 * Makes the sweeps of the configured instances recur, and ends those of instances that are no longer configured. Safe to call from
 * every worker at its start: a schedule that is there already keeps its next run. A new one runs at once.
 */
export async function scheduleSweeps(
  queue: Queue<SweepPayload>,
  rhythms: Readonly<Record<string, SweepRhythm>>,
): Promise<void> {
  const wanted = Object.entries(rhythms).flatMap(([instance, rhythm]) =>
    WHATS.map((what) => ({ id: `${instance}-${what}`, every: rhythm[what], payload: { instance, what } })),
  );
  await Promise.all(
    wanted.map(({ id, every, payload }) =>
      queue.upsertJobScheduler(id, { every }, { name: payload.what, data: sweepPayload.parse(payload) }),
    ),
  );
  const ids = new Set(wanted.map(({ id }) => id));
  const present = await queue.getJobSchedulers(0, -1);
  await Promise.all(
    present.filter(({ key }) => !ids.has(key)).map(({ key }) => queue.removeJobScheduler(key)),
  );
}

const WHATS = sweepPayload.shape.what.options;
