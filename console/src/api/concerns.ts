import type { QueryKey } from '@tanstack/react-query';
import type { z } from 'zod';
import type { liveChanges } from '../../../src/contract/resources/live.js';

/** Something that the receiver says is not as it was. */
export type Change = z.output<typeof liveChanges>['changes'][number];

/**
 * Keys that a topic concerns beside those of its own name; the overview is made of nearly everything. A forecast is made of the whole
 * fleet and kept for a minute on the other side: it is asked for at its own pace.
 */
const CONCERNED: Readonly<Record<Change['topic'], readonly string[]>> = {
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

/** Whether what a query shows may have changed. Its key begins with what it shows; ids and the instance may follow. */
export function concerns({ topic, instance, id, computerId }: Change, [what, ...rest]: QueryKey): boolean {
  if (topic === 'everything') return true;
  if (typeof what !== 'string' || !CONCERNED[topic].includes(what)) return false;
  if (what === 'redistribution' && id !== undefined) return rest[0] === id;
  if (what === 'computer' && computerId !== undefined) return rest[0] === instance && rest[1] === computerId;
  // What is shown of one is made of many, and its key has no instance.
  if (what === 'batch') return true;
  const named = rest[0];
  return instance === null || what === 'overview' || typeof named !== 'string' || named === instance;
}
