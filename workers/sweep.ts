import type { Worker } from 'bullmq';
import { sweepPayload, type SweepPayload } from '../src/queues/payloads.js';
import { createQueueWorker, type QueueWorkerOptions } from './queue-worker.js';
import type { FleetDeps } from '../src/application/inventory/deps.js';
import { sweepChanged } from '../src/application/inventory/sweeps/sweep-changed.js';
import { sweepFull } from '../src/application/inventory/sweeps/sweep-full.js';
import { sweepProfiles } from '../src/application/inventory/sweeps/sweep-profiles.js';
import { sweepOpen } from '../src/application/inventory/sweeps/sweep-open.js';
import type { SweepOutcome } from '../src/application/inventory/sweeps/outcome.js';

const SWEEPS: Record<SweepPayload['what'], (deps: FleetDeps, instance: string) => Promise<SweepOutcome>> = {
  changed: sweepChanged,
  full: sweepFull,
  open: sweepOpen,
  profiles: sweepProfiles,
};

/** Does one sweep and tells what came of it. */
export async function sweep(deps: FleetDeps, { instance, what }: SweepPayload): Promise<SweepOutcome> {
  const startedAt = deps.now();
  const result = await SWEEPS[what](deps, instance);
  // The rounds of open happen every minute and are only worth a word when they found something.
  if (what !== 'open' || result.computers > 0)
    deps.telemetry.emit('fleet.swept', { instance, what, ...result, durationMs: deps.now() - startedAt });
  return result;
}

/** The worker of the queue `sweep`, running. */
export function createSweepWorker(deps: FleetDeps, options: QueueWorkerOptions): Worker {
  return createQueueWorker('sweep', (job) => sweep(deps, sweepPayload.parse(job.data)), options);
}
