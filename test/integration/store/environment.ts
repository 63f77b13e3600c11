import { newAttempt } from '../../../src/domain/redistribution/attempt.js';
import { openRedistribution } from '../../../src/domain/redistribution/open.js';
import type { Attempt, Redistribution } from '../../../src/domain/redistribution/record.js';
import { assess } from '../../../src/domain/assess.js';
import { type Key, keysUnder } from '../../../src/store/redis/keys.js';
import { createLimitStore, type LimitStore } from '../../../src/store/limits/limits.js';
import { connectRedis } from '../../../src/store/redis/redis.js';
import {
  createRedistributionStore,
  type RedistributionStore,
} from '../../../src/store/redistributions/redistributions.js';
import { createTelemetry } from '../../../src/telemetry/bus.js';
import { knownOf, START, watchedOf } from '../../support/redistribution/fixtures.js';
import { startTestRedis } from '../support/redis.js';

/** Stores of redistributions and limits in a Redis of their own. */
export interface Stores {
  key: Key;
  redis: ReturnType<typeof connectRedis>;
  store: RedistributionStore;
  limits: LimitStore;
  /** Stores a record with changes. */
  replace: (record: Redistribution, changes: Partial<Redistribution>) => Promise<Redistribution>;
  close: () => Promise<void>;
}

/** Starts Redis with the stores. */
export async function startStores(): Promise<Stores> {
  const server = await startTestRedis();
  const redis = connectRedis({ url: server.url }, 'request', createTelemetry());
  const key = keysUnder('test');
  const store = createRedistributionStore({ redis, key });
  return {
    key,
    redis,
    store,
    limits: createLimitStore({ redis, key, telemetry: createTelemetry() }),
    async replace(record, changes) {
      const stored = await store.compareAndSet(record, { ...record, ...changes });
      if (stored === null) throw new Error('the record was changed meanwhile');
      return stored;
    },
    async close() {
      redis.disconnect();
      await server.close();
    },
  };
}

/** A redistribution that was just opened. */
export function fresh(id: string, computerId = '1', openedAt = START): Redistribution {
  const computer = knownOf({ id: computerId });
  const watched = watchedOf();
  return openRedistribution({
    id,
    computer,
    watched,
    assessment: assess(computer, watched, openedAt),
    cause: { kind: 'due' },
    now: openedAt,
  });
}

/** An attempt that was just decided. */
export function attempt(number: number, intentAt: number): Attempt {
  return newAttempt({
    number,
    mechanism: 'overlap',
    overlaps: true,
    direction: 'to-green',
    intentAt,
    triggeredAt: null,
    earlierCommands: [],
  });
}
