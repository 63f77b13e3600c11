import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Phase } from '../../domain/incidents/incident.js';
import { defineScript, readLua } from '../redis/script.js';
import type { incidentKeys } from './keys.js';
import { toldSchema } from './record.js';

/** The notifications of incidents: those that are pending, and the phase that each channel knows. */
export interface NotificationStore {
  /** Returns pending notifications, newest first, because the older ones are more likely to have a job already. */
  pending(limit: number): Promise<readonly { id: string; channel: string }[]>;
  /** Returns the phase that was last sent to a channel, `null` for none. */
  told(id: string, channel: string): Promise<Phase | null>;
  /** Records that a phase was sent to a channel, or that sending was given up. */
  noteTold(id: string, channel: string, phase: Phase): Promise<void>;
  /** Removes a pending notification whose incident or channel no longer exists. */
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
