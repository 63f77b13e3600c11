import { rankOf } from '../../domain/redistribution/safety-limits/wait-queue.js';
import type { BlockReason, Redistribution } from '../../domain/redistribution/record.js';
import type { RedistributionPolicy } from '../../domain/watched.js';
import type { Ports } from '../ports.js';
import { signalRedistribution } from './signal.js';

/** The ports that `wakeObserved` uses. */
export interface WakePorts {
  profiles: Pick<Ports['profiles'], 'watchedProfiles'>;
  redistributions: Pick<Ports['redistributions'], 'page' | 'blockedFor' | 'signal'>;
  limits: Pick<Ports['limits'], 'queue'>;
  producers: Pick<Ports['producers'], 'promoteRedistribution'>;
  now: () => number;
}

const PAGE = 500;

/** Returns how long a redistribution stays in the wait queue without a new request for a permit, milliseconds. */
export function placeKeptMs({ waits }: Pick<RedistributionPolicy, 'waits'>): number {
  return PLACE_KEPT_IN_POLLS * waits.poll;
}

/**
 * A redistribution that waits for capacity leaves the wait queue if it does not request a permit within this number
 * of poll intervals.
 */
const PLACE_KEPT_IN_POLLS = 60;

/**
 * Wakes every redistribution that observe mode blocked and whose profile is now in act mode. All of them are first
 * added to the wait queue by urgency, so the most urgent one starts first, whichever job runs first. Returns the
 * number of redistributions.
 */
export async function wakeObserved(ports: WakePorts, instance: string): Promise<number> {
  const { profiles, redistributions, limits, now } = ports;
  if ((await redistributions.blockedFor(instance, 'observe')) === null) return 0;
  const { watched } = await profiles.watchedProfiles(instance);
  let woken = 0;
  for (const { name: profile, policy } of watched.filter((one) => one.policy.mode === 'act')) {
    const records = await blockedBy(redistributions, instance, { profile, reason: 'observe' });
    const waiting = records.map((record) => ({ id: record.id, rank: rankOf(record) }));
    waiting.sort((a, b) => a.rank - b.rank);
    await limits.queue(instance, profile, waiting, now() + placeKeptMs(policy));
    for (const { id } of waiting) await signalRedistribution(ports, { instance, id });
    woken += waiting.length;
  }
  return woken;
}

/** Returns all redistributions of a watched profile that are blocked for a reason. */
export async function blockedBy(
  redistributions: Pick<Ports['redistributions'], 'page'>,
  instance: string,
  { profile, reason }: { profile: string; reason: BlockReason },
): Promise<readonly Redistribution[]> {
  const found: Redistribution[] = [];
  let cursor: string | undefined;
  do {
    const page = await redistributions.page(instance, {
      state: 'blocked',
      reason,
      profile,
      cursor,
      limit: PAGE,
    });
    found.push(...page.redistributions);
    cursor = page.cursor ?? undefined;
  } while (cursor !== undefined);
  return found;
}
