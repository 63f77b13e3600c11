import { rankOf } from '../../domain/redistribution/safety-limits/wait-queue.js';
import type { RedistributionPolicy } from '../../domain/watched.js';
import type { Ports } from '../ports.js';
import { signalRedistribution } from './signal.js';

/** The ports that waking redistributions uses, after observe mode has been turned off. */
export interface WakePorts {
  profiles: Pick<Ports['profiles'], 'watchedProfiles'>;
  redistributions: Pick<Ports['redistributions'], 'page' | 'blockedFor' | 'signal'>;
  limits: Pick<Ports['limits'], 'queue'>;
  producers: Pick<Ports['producers'], 'promoteRedistribution'>;
  now: () => number;
}

const PAGE = 500;

/** Returns how long a redistribution stays in the wait queue without asking for a permit again, milliseconds. */
export function placeKeptMs({ waits }: Pick<RedistributionPolicy, 'waits'>): number {
  return PLACE_KEPT_IN_POLLS * waits.poll;
}

/**
 * If a redistribution that waits for capacity does not ask again within this number of poll intervals, it leaves
 * the wait queue.
 */
const PLACE_KEPT_IN_POLLS = 60;

/**
 * Wakes every redistribution that observe mode blocked, for the profiles that are now in act mode. All of them are
 * first added to the wait queue by their urgency, so the most urgent one starts first, whichever job runs first.
 * Returns the number of redistributions.
 */
export async function wakeObserved(ports: WakePorts, instance: string): Promise<number> {
  const { profiles, redistributions, limits, now } = ports;
  if ((await redistributions.blockedFor(instance, 'observe')) === null) return 0;
  const { watched } = await profiles.watchedProfiles(instance);
  let woken = 0;
  for (const { name: profile, policy } of watched.filter((one) => one.policy.mode === 'act')) {
    const waiting = (await observed(ports, instance, profile)).sort((a, b) => a.rank - b.rank);
    await limits.queue(instance, profile, waiting, now() + placeKeptMs(policy));
    for (const { id } of waiting) await signalRedistribution(ports, { instance, id });
    woken += waiting.length;
  }
  return woken;
}

async function observed({ redistributions }: WakePorts, instance: string, profile: string) {
  const found: { id: string; rank: number }[] = [];
  let cursor: string | undefined;
  do {
    const page = await redistributions.page(instance, {
      state: 'blocked',
      reason: 'observe',
      profile,
      cursor,
      limit: PAGE,
    });
    for (const record of page.redistributions) found.push({ id: record.id, rank: rankOf(record) });
    cursor = page.cursor ?? undefined;
  } while (cursor !== undefined);
  return found;
}
