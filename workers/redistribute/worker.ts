import { Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { StepDeps } from './deps.js';

/** How the worker runs. */
export interface RedistributeWorkerOptions {
  /** A connection of purpose `worker`. */
  connection: Redis;
  /** The prefix of the configuration (`redis.prefix`). */
  prefix: string;
  concurrency: number;
  /** A job whose worker is silent for so long is given to another. */
  lockMs: number;
}

/** The worker of the queue `redistribute`, running. `close()` waits for the steps under way. */
export function createRedistributeWorker(deps: StepDeps, options: RedistributeWorkerOptions): Worker {
  throw new Error(`not built yet: ${deps.now()} ${options.prefix}`);
}
