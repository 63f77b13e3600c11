import { z } from 'zod';
import { assess } from '../src/domain/assess.js';
import type { WatchedProfile } from '../src/domain/watched.js';
import type { Figure } from './figure.js';
import type { ProofOptions } from './options.js';
import { INSTANCE, PROFILE, type Stage } from './stage.js';
import { until } from './until.js';

/** Calls to Jamf for one webhook, at most; and how long a Mac that came due may stay unnoticed, seconds. */
const MOST_CALLS = 0.02;
const MOST_SECONDS = 60;

const deliveries = z.object({ deliveries: z.object({ byEvent: z.record(z.string(), z.int()) }) });

/**
 * Proof 2: check-ins of a whole fleet cost hardly a call, and Macs that come due meanwhile, by time alone, are found. To be called when
 * the fleet is known and workers run.
 */
export async function proveCheckIns(stage: Stage, options: ProofOptions): Promise<readonly Figure[]> {
  await stage.receiver();
  const watched = await watchedProfile(stage);
  const chosen = await bringDueNear(stage, watched, options);
  const last = (await stage.requests(0)).at(-1)?.number ?? 0;
  const sentBefore = await webhooksOf(stage);
  const startedAt = Date.now();
  const lateness = await Promise.all(
    [...chosen].map(async ([id, dueAt]) => {
      await until(
        `Mac ${id} to be found due`,
        async () => stage.redistributions.openFor(INSTANCE, PROFILE, id),
        options.watchMs + 2 * MOST_SECONDS * 1_000,
      );
      return (Date.now() - dueAt) / 1_000;
    }),
  );
  await until('the end of the watch', () => Promise.resolve(Date.now() > startedAt + options.watchMs));
  const seconds = (Date.now() - startedAt) / 1_000;
  const calls = (await stage.requests(last)).length;
  const webhooks = (await webhooksOf(stage)) - sentBefore;
  return [
    { name: 'webhooks a second, delivered', value: webhooks / seconds, least: 100, most: null },
    { name: 'calls to Jamf a webhook', value: calls / webhooks, most: MOST_CALLS },
    {
      name: 'Macs that came due by time alone, found',
      value: lateness.length,
      least: options.comeDue,
      most: null,
    },
    { name: 'found after, the last of them', value: Math.max(...lateness), most: MOST_SECONDS, unit: 's' },
  ];
}

async function watchedProfile({ profiles }: Stage): Promise<WatchedProfile> {
  const [watched] = (await profiles.watchedProfiles(INSTANCE)).watched;
  if (!watched) throw new Error('the watched profile has not been read');
  return watched;
}

/** Moves the expiry of some Macs so that they come due within the first half of the watch; gives the instants, by id. */
async function bringDueNear(
  stage: Stage,
  watched: WatchedProfile,
  { comeDue, watchMs }: ProofOptions,
): Promise<ReadonlyMap<string, number>> {
  const { computers } = await stage.computers.listByState(INSTANCE, PROFILE, 'healthy', { limit: comeDue });
  const due = new Map<string, number>();
  for (const [index, computer] of computers.entries()) {
    const now = Date.now();
    const wanted = now + SETTLE_MS + (index / comeDue) * (watchMs / 2);
    const dueAt = assess(computer, watched, now).dueAt ?? now;
    const by = `${Math.round(wanted - dueAt)}ms`;
    await stage.control('actions', { action: 'shiftExpiry', id: Number(computer.id), by });
    await stage.control('actions', { action: 'reportInventory', id: Number(computer.id) });
  }
  // Jamf's inventory told of the new expiry before it was due: from there on only time changes.
  await until('the new expiries to be known', async () => {
    for (const { id, certificates } of computers) {
      const known = await stage.computers.get(INSTANCE, id);
      if (known && known.certificates[0]?.expiresAt !== certificates[0]?.expiresAt)
        due.set(id, assess(known, watched, Date.now()).dueAt ?? 0);
    }
    return due.size === computers.length;
  });
  return due;
}

/** How long the news of a new expiry takes at most: a webhook, the gathering, a call. */
const SETTLE_MS = 15_000;

async function webhooksOf(stage: Stage): Promise<number> {
  const { byEvent } = deliveries.parse(await stage.control('state')).deliveries;
  return Object.values(byEvent).reduce((sum, count) => sum + count, 0);
}
