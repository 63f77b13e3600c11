import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { Config } from '../../../config/schema.js';
import type { Producers } from '../../../queues/producers.js';
import { type Batch, createBatchStore } from '../../../store/batches/batches.js';
import { createComputerStore } from '../../../store/computers/computers.js';
import { keysUnder } from '../../../store/redis/keys.js';
import { createLimitStore } from '../../../store/limits/limits.js';
import { createProfileStore } from '../../../store/profiles/profiles.js';
import { createRedistributionStore } from '../../../store/redistributions/redistributions.js';
import type { Telemetry } from '../../../telemetry/bus.js';
import { cancel } from './cancel.js';
import { Problem } from '../../../contract/problem.js';
import { judgeAll } from './judge-targets.js';
import { namedOnes } from './resolve-targets.js';
import { refusalsOf } from './batch-view.js';

/** Opens the redistributions of requests for many, piece by piece. */
export interface BatchRunner {
  /** There is something to do: looks at once. */
  wake(): void;
  /** Ends after the piece under way; another receiver goes on. */
  close(): Promise<void>;
}

/** Macs that are opened before somebody else gets a turn. */
const PIECE = 50;
/** Whoever was killed in the middle is waited for this long; a piece takes far less. */
const LEASE_MS = 15_000;
/** How soon the work of a receiver that was killed is taken up. */
const LOOK_MS = 5_000;

/**
 * Works on requests for many as long as the process lives. Every receiver has one; each request is with one of them at a time, and what
 * was opened by one that was killed in the middle is not opened again (see `idFor` in redistribute.ts).
 */
export function createBatchRunner({
  config,
  redis,
  producers,
  telemetry,
  now,
}: {
  config: Config;
  redis: Redis;
  producers: Producers;
  telemetry: Telemetry;
  now: () => number;
}): BatchRunner {
  const key = keysUnder(config.redis.prefix);
  const batches = createBatchStore({ redis, key });
  const services = {
    producers,
    telemetry,
    now,
    computers: createComputerStore({ redis, key }),
    profiles: createProfileStore({ redis, key, config }),
    limits: createLimitStore({ redis, key, telemetry }),
    redistributions: createRedistributionStore({ redis, key }),
  };
  const worker = randomUUID();
  const state = { closed: false, wanted: false };
  let running: Promise<void> | null = null;

  async function workOn(instance: string, id: string): Promise<boolean> {
    if (state.closed) return false;
    const batch = await batches.get(instance, id);
    if (batch) return work(batch);
    await batches.close(instance, id);
    return false;
  }

  /** One piece of it. Whether there is more. */
  async function work(batch: Batch): Promise<boolean> {
    const { instance, id, by, reason, overrides, cancelRequest } = batch;
    if (cancelRequest !== null) {
      if (cancelRequest.opened && !(await cancelOpened(batch, cancelRequest))) return false;
      await batches.close(instance, id);
      return false;
    }
    const ids = await batches.next(instance, id, PIECE);
    if (ids.length === 0) {
      await batches.close(instance, id);
      return false;
    }
    const profile = batch.profile ?? undefined;
    const wish = { by, reason, overrides, takesOver: false, profile, batch: id };
    const named = await namedOnes(
      services,
      instance,
      ids.map((one) => ({ id: one })),
    );
    const results = [];
    for (const { open, result } of await judgeAll(services, instance, named, wish))
      results.push(open ? await open() : result);
    await batches.done(instance, id, ids.length, refusalsOf(results));
    return true;
  }

  /** Whether all of them have been asked to end. */
  async function cancelOpened(
    { instance, id }: Batch,
    wish: NonNullable<Batch['cancelRequest']>,
  ): Promise<boolean> {
    const busy: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await services.redistributions.page(instance, { batch: id, cursor, limit: PIECE });
      for (const record of page.redistributions)
        if (record.closedAt === null && record.cancelRequest === null && record.state !== 'verified')
          await cancel(record, wish, services).catch((error: unknown) => {
            const kind = error instanceof Problem ? error.kind : null;
            if (kind !== 'refused' && kind !== 'still-running') throw error;
            if (kind === 'still-running') busy.push(record.id);
          });
      cursor = page.cursor ?? undefined;
    } while (cursor !== undefined && (await batches.lease(instance, id, worker, LEASE_MS)));
    return busy.length === 0 && cursor === undefined;
  }

  async function look(): Promise<void> {
    for (const instance of Object.keys(config.instances))
      for (const id of await batches.openIds(instance)) {
        while ((await batches.lease(instance, id, worker, LEASE_MS)) && (await workOn(instance, id)));
        await batches.release(instance, id, worker);
      }
  }

  function wake(): void {
    state.wanted = true;
    running ??= run().finally(() => {
      running = null;
    });
  }

  async function run(): Promise<void> {
    while (state.wanted && !state.closed) {
      state.wanted = false;
      await look().catch((error: unknown) => {
        telemetry.emit('api.failed', {
            route: 'requests for many',
            error: error instanceof Error ? (error.stack ?? error.message) : String(error),
          });
      });
    }
  }

  const looking = setInterval(wake, LOOK_MS);
  looking.unref();
  return {
    wake,
    async close() {
      state.closed = true;
      clearInterval(looking);
      await running;
    },
  };
}
