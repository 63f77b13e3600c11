import { setTimeout } from 'node:timers/promises';
import type { Queue } from 'bullmq';
import type { Config } from '../../src/config/schema.js';
import type { SweepPayload } from '../../src/queues/payloads.js';
import { restoreSweeps, scheduleSweeps, type SweepRhythm } from '../../src/queues/schedules.js';
import type { Telemetry } from '../../src/telemetry/bus.js';

/** Longest time for which a lost schedule stays unnoticed, and between attempts while Redis is away. */
const LOOK_MS = 10_000;
const AGAIN_MS = 2_000;

/** What keeping the schedules needs. */
export interface ScheduleDeps {
  queue: Queue<SweepPayload>;
  telemetry: Telemetry;
  stopping: AbortSignal;
}

/**
 * Sets the schedules of all sweeps as soon as Redis is there, and from then on puts back what Redis has lost (emptied, or
 * restored from a snapshot that is older than an instance): without its sweeps a fleet would be forgotten in silence.
 *
 * Resolves when they are set; `kept` ends at `stopping`. Never throws: what fails is told and tried again.
 */
export async function keepSchedules(
  instances: Config['instances'],
  deps: ScheduleDeps,
): Promise<{ kept: Promise<void> }> {
  const rhythms = Object.fromEntries(
    Object.entries(instances).map(([instance, { sweep }]) => [instance, sweep]),
  );
  while (!deps.stopping.aborted && !(await attempt(() => scheduleSweeps(deps.queue, rhythms), deps))) {
    await pause(AGAIN_MS, deps.stopping);
  }
  return { kept: keep(rhythms, deps) };
}

async function keep(rhythms: Readonly<Record<string, SweepRhythm>>, deps: ScheduleDeps): Promise<void> {
  const shortest = Math.min(...Object.values(rhythms).flatMap((rhythm) => Object.values(rhythm)));
  for (;;) {
    await pause(Math.min(LOOK_MS, shortest), deps.stopping);
    if (deps.stopping.aborted) return;
    await attempt(async () => {
      const schedules = await restoreSweeps(deps.queue, rhythms);
      if (schedules > 0) deps.telemetry.emit('sweep.rescheduled', { schedules });
    }, deps);
  }
}

async function attempt(work: () => Promise<void>, { telemetry, stopping }: ScheduleDeps): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (stopping.aborted) return false;
    telemetry.emit('process.failed', {
      name: 'the schedule of sweeps',
      error: `${error instanceof Error ? error.message : String(error)}, trying again`,
    });
    return false;
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await setTimeout(ms, undefined, { signal }).catch(() => undefined);
}
