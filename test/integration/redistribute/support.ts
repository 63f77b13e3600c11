import { Redis } from 'ioredis';
import { assess } from '../../../src/domain/assess.js';
import type { RedistributionPolicy } from '../../../src/domain/watched.js';
import { createProducers } from '../../../src/queues/producers.js';
import { createQueues } from '../../../src/queues/queues.js';
import { createComputerStore } from '../../../src/store/computers/computers.js';
import { keysUnder } from '../../../src/store/redis/keys.js';
import { createLimitStore } from '../../../src/store/limits/limits.js';
import { createJamfRenewalStore } from '../../../src/store/redistributions/jamf-renewal-counts.js';
import { createRedistributionStore } from '../../../src/store/redistributions/redistributions.js';
import { createTelemetry } from '../../../src/telemetry/bus.js';
import { considerRedistribution } from '../../../src/application/redistribution/consider-renewal.js';
import type { ConsiderDeps, RestartDeps, StepDeps } from '../../../src/application/redistribution/deps.js';
import { createRedistributeWorker } from '../../../workers/redistribute.js';
import {
  certificateOf,
  DAY,
  IDS,
  overlapOf,
  policyOf,
  watchedOf,
} from '../../support/redistribution/fixtures.js';
import { type Hook, createSimulatedJamf } from '../../support/redistribution/simulated-jamf.js';

const PREFIX = 'test';

/** The default waits, with a day in about a second. */
export function quick(changes: Partial<RedistributionPolicy> = {}): Partial<RedistributionPolicy> {
  return {
    overlap: overlapOf(300),
    waits: {
      ...policyOf().waits,
      command: 5_000,
      delivery: 60_000,
      blankPush: [500],
      inventory: 30_000,
      poll: 25,
      retry: 100,
      retryMost: 1_000,
    },
    hourlyCap: 1_000,
    ...changes,
  };
}

/** A simulated Jamf Pro in memory with an active fleet, and the stores and queues on Redis. */
export async function createFleet(url: string, policy: Partial<RedistributionPolicy>) {
  const redis = new Redis(url);
  await redis.flushall();
  const now = () => Date.now();
  const key = keysUnder(PREFIX);
  const watched = watchedOf(policy);
  const jamf = createSimulatedJamf(now);
  const telemetry = createTelemetry();
  const queues = createQueues({ connection: redis, prefix: PREFIX });
  const producers = createProducers(queues);
  const redistributions = createRedistributionStore({ redis, key });
  const natives = createJamfRenewalStore({ redis, key });
  const computers = createComputerStore({ redis, key });
  const limits = createLimitStore({ redis, key, telemetry });
  const profiles = { watchedProfiles: () => Promise.resolve({ watched: [watched], missing: [] }) };
  const consider: ConsiderDeps & RestartDeps = {
    redistributions,
    computers,
    profiles,
    limits,
    producers,
    telemetry,
    now,
  };
  const undo: (() => Promise<unknown>)[] = [];
  const ids: string[] = [];

  /** Does the work of an assess job. */
  async function look(wanted: readonly string[]): Promise<void> {
    const read = wanted.map((id) => jamf.mac(id).reported);
    const assessed = await computers.save('prod', read, { watched: [watched], now: now() });
    for (const { computer } of assessed)
      await considerRedistribution(consider, {
        computer,
        watched,
        assessment: assess(computer, watched, now()),
      });
  }

  const step = (hook?: Hook): StepDeps => {
    const client = jamf.client(hook);
    return {
      redistributions,
      limits,
      computers,
      profiles: { watchedProfiles: () => Promise.resolve({ watched: [watched], missing: [] }) },
      hints: {
        add: async (_instance, asked) => {
          await look(asked);
          return null;
        },
        watch: () => Promise.resolve(),
        unwatch: () => Promise.resolve(),
      },
      natives,
      producers,
      jamf: () => client,
      telemetry,
      now,
    };
  };

  return {
    redis,
    jamf,
    queues,
    redistributions,
    limits,
    producers,
    consider,
    watched,
    look,
    /** Adds Macs whose certificates expire one after another, the last added first. */
    add(count: number, side: 'blue' | 'green' = 'blue') {
      for (let index = 0; index < count; index += 1) {
        const id = String(ids.length + 1);
        ids.push(id);
        jamf.add(id, {
          enrolledAt: now() - 300 * DAY,
          reportedAt: now() - 60_000,
          lastContactAt: now(),
          groupIds: side === 'green' ? [IDS.joinGreen, IDS.leaveBlue] : [],
          certificates: [
            certificateOf(side, {
              serialNumber: `OLD-${id}`,
              issuedAt: now() - 350 * DAY,
              expiresAt: now() + 15 * DAY - ids.length * 3_600_000,
            }),
          ],
        });
      }
      return ids;
    },
    /** Macs execute commands and report inventory every few milliseconds. */
    live() {
      const timer = setInterval(() => {
        for (const id of ids) {
          jamf.deliver(id);
          jamf.report(id);
        }
      }, 15);
      undo.push(() => {
        clearInterval(timer);
        return Promise.resolve();
      });
    },
    /** The queue worker of a worker process. Closing it is a graceful stop. */
    work({
      concurrency = 10,
      hook,
      lockMs = 1_000,
    }: { concurrency?: number; hook?: Hook; lockMs?: number } = {}) {
      const connection = new Redis(url, { maxRetriesPerRequest: null });
      const worker = createRedistributeWorker(step(hook), {
        connection,
        prefix: PREFIX,
        concurrency,
        lockMs,
      });
      const close = async () => {
        await worker.close();
        connection.disconnect();
      };
      undo.push(close);
      return { worker, close };
    },
    async records() {
      return (await redistributions.page('prod', { limit: 500 })).redistributions;
    },
    async close() {
      for (const one of undo.reverse()) await one();
      await queues.close();
      redis.disconnect();
    },
  };
}

export type Fleet = Awaited<ReturnType<typeof createFleet>>;
