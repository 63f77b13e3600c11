import { z } from 'zod';
import { assess } from '../src/domain/assess.js';
import type { WatchedProfile } from '../src/domain/watched.js';
import type { Figure } from './figure.js';
import type { ProofOptions } from './options.js';
import { INSTANCE, PROFILE, type FleetEnvironment } from './environment.js';
import { until } from './until.js';

/**
 * Limits of the proof: requests to Jamf Pro per webhook, and seconds until Recert detects a Mac that has become due.
 */
const MOST_CALLS = 0.02;
const MOST_SECONDS = 60;

const deliveries = z.object({ deliveries: z.object({ byEvent: z.record(z.string(), z.int()) }) });

/**
 * Measures the effect of the check-ins of a whole fleet: the requests to Jamf Pro, and the delay until Recert
 * detects Macs that become due only because time passes. Requires an assessed fleet and running workers (see
 * fleet.ts).
 */
export async function proveCheckIns(
  environment: FleetEnvironment,
  options: ProofOptions,
): Promise<readonly Figure[]> {
  await environment.receiver();
  const watched = await watchedProfile(environment);
  const chosen = await bringDueNear(environment, watched, options);
  const last = (await environment.requests(0)).at(-1)?.number ?? 0;
  const sentBefore = await webhooksOf(environment);
  const startedAt = Date.now();
  const lateness = await Promise.all(
    [...chosen].map(async ([id, dueAt]) => {
      await until(`detection of the due Mac ${id}`, async () =>
        environment.redistributions.openFor(INSTANCE, PROFILE, id),
      );
      return (Date.now() - dueAt) / 1_000;
    }),
  );
  await until('the end of the observation', () => Promise.resolve(Date.now() > startedAt + options.watchMs));
  const seconds = (Date.now() - startedAt) / 1_000;
  const calls = (await environment.requests(last)).length;
  const webhooks = (await webhooksOf(environment)) - sentBefore;
  return [
    { name: 'webhooks delivered per second', value: webhooks / seconds, least: 100, most: null, unit: '/s' },
    { name: 'requests to Jamf Pro per webhook', value: calls / webhooks, most: MOST_CALLS },
    {
      name: 'detected Macs that became due by the passage of time',
      value: lateness.length,
      least: options.comeDue,
      most: null,
    },
    { name: 'longest delay until detection', value: Math.max(...lateness), most: MOST_SECONDS, unit: 's' },
  ];
}

async function watchedProfile({ profiles }: FleetEnvironment): Promise<WatchedProfile> {
  const [watched] = (await profiles.watchedProfiles(INSTANCE)).watched;
  if (!watched) throw new Error('the watched profile has not been read');
  return watched;
}

/**
 * Moves the expiry of some Macs, so that they become due in the first half of the observation. Returns the time at
 * which each Mac becomes due, by computer ID.
 */
async function bringDueNear(
  environment: FleetEnvironment,
  watched: WatchedProfile,
  { comeDue, watchMs }: ProofOptions,
): Promise<ReadonlyMap<string, number>> {
  const { computers } = await environment.computers.listByState(INSTANCE, PROFILE, 'healthy', {
    limit: comeDue,
  });
  const due = new Map<string, number>();
  for (const [index, computer] of computers.entries()) {
    const now = Date.now();
    const wanted = now + SETTLE_MS + (index / comeDue) * (watchMs / 2);
    const dueAt = assess(computer, watched, now).dueAt ?? now;
    const by = `${Math.round(wanted - dueAt)}ms`;
    await environment.control('actions', { action: 'shiftExpiry', id: Number(computer.id), by });
    await environment.control('actions', { action: 'reportInventory', id: Number(computer.id) });
  }
  // Recert must store the new expiry before the due time, so that only the passage of time makes the Mac due.
  await until('the new expiry dates in Redis', async () => {
    for (const { id, certificates } of computers) {
      const known = await environment.computers.get(INSTANCE, id);
      if (known && known.certificates[0]?.expiresAt !== certificates[0]?.expiresAt)
        due.set(id, assess(known, watched, Date.now()).dueAt ?? 0);
    }
    return due.size === computers.length;
  });
  return due;
}

/** Maximum time until Recert stores a changed expiry: the webhook, the batching delay and one request. */
const SETTLE_MS = 15_000;

async function webhooksOf(environment: FleetEnvironment): Promise<number> {
  const { byEvent } = deliveries.parse(await environment.control('state')).deliveries;
  return Object.values(byEvent).reduce((sum, count) => sum + count, 0);
}
