import { setTimeout } from 'node:timers/promises';
import type { Queue } from 'bullmq';
import type { Config } from '../../src/config/schema.js';
import type { SweepPayload } from '../../src/queues/payloads.js';
import { restoreSweeps, scheduleSweeps, type SweepRhythm } from '../../src/queues/schedules.js';
import type { Telemetry } from '../../src/telemetry/bus.js';
import { messageOf } from '../../src/process/error-message.js';

/** Maximum time between two checks for lost schedules, and delay between attempts while Redis is unavailable, milliseconds. */
const CHECK_INTERVAL_MS = 10_000;
const RETRY_MS = 2_000;

/** Dependencies of `keepSchedules`. */
export interface ScheduleDeps {
  queue: Queue<SweepPayload>;
  telemetry: Telemetry;
  stopping: AbortSignal;
}

/**
 * Creates the schedules of all sweeps as soon as Redis is available. Then checks regularly whether Redis has lost
 * schedules, for example because it was emptied or restored from an old snapshot, and restores them. Without this
 * check, the fleet would not be read any more, and nothing would report it. Resolves when the schedules exist; the
 * promise `kept` resolves when the process stops. Never throws: an error is reported, and the attempt is repeated.
 */
export async function keepSchedules(
  instances: Config['instances'],
  deps: ScheduleDeps,
): Promise<{ kept: Promise<void> }> {
  const rhythms = Object.fromEntries(
    Object.entries(instances).map(
      ([
        instance,
        {
          sweep: { changed, full, open },
          okta,
        },
      ]) => [instance, { changed, full, open, ...(okta ? { okta: okta.every } : {}) }],
    ),
  );
  await retryUntilDone('sweep schedule', () => scheduleSweeps(deps.queue, rhythms), deps);
  return { kept: restoreUntilStopped(rhythms, deps) };
}

/** Repeats work that needs Redis until it succeeds or the process stops. Never throws; errors are reported. */
export async function retryUntilDone(
  name: string,
  work: () => Promise<void>,
  deps: Pick<ScheduleDeps, 'telemetry' | 'stopping'>,
): Promise<void> {
  while (!deps.stopping.aborted && !(await attempt(name, work, deps))) await pause(RETRY_MS, deps.stopping);
}

async function restoreUntilStopped(
  rhythms: Readonly<Record<string, SweepRhythm>>,
  deps: ScheduleDeps,
): Promise<void> {
  const shortest = Math.min(...Object.values(rhythms).flatMap((rhythm) => Object.values(rhythm)));
  for (;;) {
    await pause(Math.min(CHECK_INTERVAL_MS, shortest), deps.stopping);
    if (deps.stopping.aborted) return;
    const restore = async () => {
      const schedules = await restoreSweeps(deps.queue, rhythms);
      if (schedules > 0) deps.telemetry.emit('sweep.rescheduled', { schedules });
    };
    await attempt('sweep schedule', restore, deps);
  }
}

async function attempt(
  name: string,
  work: () => Promise<void>,
  { telemetry, stopping }: Pick<ScheduleDeps, 'telemetry' | 'stopping'>,
): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (stopping.aborted) return false;
    telemetry.emit('process.failed', { name, error: `${messageOf(error)}; retrying` });
    return false;
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await setTimeout(ms, undefined, { signal }).catch(() => undefined);
}
