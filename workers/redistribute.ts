import { DelayedError, type Job, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Redistribution } from '../src/domain/redistribution/record.js';
import { queuePrefix } from '../src/queues/names.js';
import { redistributePayload, type RedistributePayload } from '../src/queues/payloads.js';
import type { StepDeps } from '../src/application/redistribution/deps.js';
import { runRedistribution } from '../src/application/redistribution/run/run.js';
import { createGroups } from '../src/application/redistribution/run/group-membership.js';

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

const HOUR_MS = 3_600_000;
/** BullMQ takes 1 to 2,097,151, least first: hours since 2020 last until the year 2259. Source: PRIORITY_LIMIT in bullmq. */
const PRIORITY_FROM = Date.UTC(2020, 0, 1);
const PRIORITY_MOST = 2 ** 21 - 1;
/** A job whose worker dies so often is set aside as failed; the sweep starts it again. */
const MOST_STALLED = 5;

/**
 * The worker of the queue `redistribute`, running: one job is one redistribution, which steps and then delays itself.
 * `close()` waits for the steps under way.
 */
export function createRedistributeWorker(
  deps: StepDeps,
  { connection, prefix, concurrency, lockMs }: RedistributeWorkerOptions,
): Worker<RedistributePayload> {
  const all = { ...deps, groups: createGroups() };
  const worker = new Worker<RedistributePayload>(
    'redistribute',
    async (job, token) => {
      const { instance, redistributionId: id } = redistributePayload.parse(job.data);
      if (await takesItsTurn(deps, job, { instance, id })) await delay(deps, job, token, deps.now());
      const driven = await runRedistribution(all, {
        instance,
        id,
        log: async (line) => {
          await job.log(line);
        },
      });
      if (driven.done) return;
      await delay(deps, job, token, driven.wakeAt, () => deps.redistributions.hasSignal(instance, id));
    },
    {
      connection,
      prefix: queuePrefix(prefix),
      concurrency,
      lockDuration: lockMs,
      stalledInterval: lockMs,
      maxStalledCount: MOST_STALLED,
    },
  );
  // Its connection tells what is wrong with Redis; an emitter without a listener would end the process.
  worker.on('error', () => undefined);
  return worker;
}

/**
 * A job is added without priority. It gets one at its first run and goes back into the queue, so that of all that wait for a worker
 * the earliest expiry comes first, whoever added them and in whatever order.
 */
async function takesItsTurn(
  { redistributions }: StepDeps,
  job: Job<RedistributePayload>,
  { instance, id }: { instance: string; id: string },
): Promise<boolean> {
  if (job.priority > 0) return false;
  const record = await redistributions.read(instance, id);
  if (record === null) return false;
  await job.changePriority({ priority: priorityOf(record) });
  return true;
}

/** What a person asked for comes first, then the earliest expiry. */
function priorityOf({ cause, baseline }: Pick<Redistribution, 'cause' | 'baseline'>): number {
  if (cause.kind === 'manual') return 1;
  const hours = Math.floor(((baseline.expiresAt ?? 0) - PRIORITY_FROM) / HOUR_MS);
  return Math.min(Math.max(hours, 2), PRIORITY_MOST);
}

/**
 * Puts the job to sleep. News that came while it was at work could not promote it, because it was not delayed yet: so it is looked for
 * once it is. Throws what tells BullMQ that the job was moved.
 */
async function delay(
  { now }: StepDeps,
  job: Job<RedistributePayload>,
  token: string | undefined,
  wakeAt: number,
  hasSignal: () => Promise<boolean> = () => Promise.resolve(false),
): Promise<never> {
  // BullMQ counts from the wall clock, whatever clock decides here.
  await job.moveToDelayed(Date.now() + Math.max(0, wakeAt - now()), token);
  if (await hasSignal()) await job.promote().catch(() => undefined);
  throw new DelayedError();
}
