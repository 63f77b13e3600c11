import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Phase } from '../../domain/incidents/incident.js';
import { defineScript, readLua } from '../redis/script.js';
import type { incidentKeys } from './keys.js';
import { toldSchema } from './record.js';

/** Stores which notifications are not sent yet, and which phase was last sent to each channel. */
export interface NotificationStore {
  /** Returns up to `limit` unsent notifications, newest first, because older ones probably have a job already. */
  pending(limit: number): Promise<readonly { id: string; channel: string }[]>;
  /** Returns the phase of an incident that was last sent to a channel; `null` when none was sent. */
  told(id: string, channel: string): Promise<Phase | null>;
  /** Records that a phase of an incident was sent to a channel, or that Recert gave up trying to send it. */
  noteTold(id: string, channel: string, phase: Phase): Promise<void>;
  /** Removes an unsent notification whose incident or channel no longer exists. */
  drop(id: string, channel: string): Promise<void>;
}

/** Creates the store of notifications in Redis. */
export function createNotificationStore(
  redis: Redis,
  keys: ReturnType<typeof incidentKeys>,
): NotificationStore {
  const tell = defineScript(redis, {
    name: 'recertIncidentsTold',
    lua: readLua(import.meta.url, './told.lua'),
    keys: ['told', 'pending', 'closed'],
    reply: z.int(),
  });

  return {
    async pending(limit) {
      const members = await redis.zrevrange(keys.pending, '0', String(limit - 1));
      return members.map((member) => {
        const [id = '', channel = ''] = member.split('/');
        return { id, channel };
      });
    },

    async told(id, channel) {
      return toldSchema.parse(await redis.hget(keys.told, `${id}/${channel}`));
    },

    async noteTold(id, channel, told) {
      await tell({ told: keys.told, pending: keys.pending, closed: keys.closed }, [id, channel, told]);
    },

    async drop(id, channel) {
      await redis.zrem(keys.pending, `${id}/${channel}`);
    },
  };
}
