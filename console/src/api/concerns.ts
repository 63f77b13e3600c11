import type { QueryKey } from '@tanstack/react-query';
import type { z } from 'zod';
import type { liveChanges } from '../../../src/contract/resources/live.js';

/** A change that the server sends on the stream of live changes. */
export type Change = z.output<typeof liveChanges>['changes'][number];

/**
 * For each topic of a change, the queries to repeat. Each query is given by the first element of its key. The
 * forecast is in no list, because the server computes it from the whole fleet and caches it for a minute. The
 * console reads the forecast at a separate interval.
 */
const KEYS_OF_TOPIC: Readonly<Record<Change['topic'], readonly string[]>> = {
  redistributions: [
    'redistributions',
    'redistribution',
    'batches',
    'batch',
    'computer',
    'overview',
    'failures',
  ],
  computers: ['computers', 'computer', 'overview'],
  overview: ['overview'],
  profiles: ['profiles', 'profile-audit', 'overview'],
  webhooks: ['events', 'event', 'overview'],
  audit: ['audit', 'tokens'],
  incidents: ['incidents', 'overview'],
  everything: [],
  credentials: [],
};

/** Whether a change may affect the data of a query. A query key is `[kind, instance or ID, …]`. */
export function concerns({ topic, instance, id, computerId }: Change, [kind, ...rest]: QueryKey): boolean {
  if (topic === 'everything') return true;
  if (typeof kind !== 'string' || !KEYS_OF_TOPIC[topic].includes(kind)) return false;
  if (kind === 'redistribution' && id !== undefined) return rest[0] === id;
  if (kind === 'computer' && computerId !== undefined) return rest[0] === instance && rest[1] === computerId;
  // The key of a batch does not contain its Jamf Pro server, and a change of any redistribution can change the
  // batch.
  if (kind === 'batch') return true;
  const named = rest[0];
  return instance === null || kind === 'overview' || typeof named !== 'string' || named === instance;
}
