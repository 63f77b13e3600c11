import type { Redis } from 'ioredis';
import { z } from 'zod';
import { KEPT_MS } from '../../domain/redistribution/retention.js';
import { openField, type redistributionKeys } from './keys.js';
import { batchOf, pack } from './packed.js';
import type { RedistributionStore } from './redistributions.js';
import { defineScript, readLua } from '../redis/script.js';

/** Creates the function that stores a new redistribution. */
export function createOpen(
  redis: Redis,
  keysOf: (instance: string) => ReturnType<typeof redistributionKeys>,
  read: RedistributionStore['read'],
): RedistributionStore['open'] {
  const openScript = defineScript(redis, {
    name: 'recertRedistributionOpen',
    lua: readLua(import.meta.url, './open.lua'),
    keys: ['open', 'record', 'all', 'state', 'computer', 'failing', 'batch', 'batchStates'],
    reply: z.string(),
  });

  return async (record) => {
    const keys = keysOf(record.instance);
    const field = openField(record.profile, record.computerId);
    for (;;) {
      const id = await openScript(
        {
          open: keys.open,
          record: keys.record(record.id),
          all: keys.all,
          state: keys.state(record.state),
          computer: keys.computer(record.computerId),
          failing: keys.failing,
          batch: keys.batch(batchOf(record)),
          batchStates: keys.batchStates(batchOf(record)),
        },
        [
          record.id,
          field,
          pack(record),
          record.openedAt,
          record.since,
          record.state,
          batchOf(record) === '' ? '0' : '1',
          KEPT_MS,
        ],
      );
      if (id === record.id) return { opened: true, record };
      const existing = await read(record.instance, id);
      if (existing !== null && existing.closedAt === null) return { opened: false, record: existing };
      // The existing redistribution was closed in the meantime, or its record was lost. The loop tries again.
      if (existing === null && (await redis.hget(keys.open, field)) === id)
        await redis.hdel(keys.open, field);
    }
  };
}
