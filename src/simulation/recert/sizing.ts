import { windowOf } from '../../domain/assess.js';
import { chooseCapacity } from '../../domain/capacity/capacity.js';
import type { ChosenCapacity } from '../../domain/capacity/chosen.js';
import { sized, type UnsizedPolicy } from '../../domain/capacity/sized.js';
import { isEarlier } from '../../domain/capacity/leads.js';
import { waveLimits } from '../../domain/redistribution/safety-limits/policy.js';
import { isNativeOnly, type WatchedProfile } from '../../domain/watched.js';
import type { MemoryRedistributions } from '../memory/redistributions.js';
import { DAY_MS } from '../scenario.js';
import type { World } from '../world.js';

/** Chooses the limits from the simulated fleet once a day, as the full sweep does. */
export interface Sizing {
  /**
   * Chooses the limits and applies them. Returns true for the first choice, and if certificates are due earlier than
   * before.
   */
  choose(): boolean;
  chosen: () => ChosenCapacity | null;
}

/** Number of Macs whose last contact is read to estimate the share of Macs in use. */
const SAMPLE = 500;

/** Creates the choice of the limits. `watched`: the profile whose policy is replaced. */
export function createSizing(
  world: World,
  settings: UnsizedPolicy,
  { watched, store }: { watched: WatchedProfile; store: Pick<MemoryRedistributions, 'tally'> },
): Sizing {
  const { macs, presence, scenario } = world;
  const { computers, lifetimeMs, inventoryEveryMs } = scenario;
  let chosen: ChosenCapacity | null = null;
  const expiring = (now: number): number[] => {
    const days = new Array<number>(Math.ceil(lifetimeMs / DAY_MS) + 1).fill(0);
    for (let mac = 0; mac < computers; mac += 1) {
      const day = Math.max(0, Math.floor(((macs.expiresAt[mac] ?? 0) - now) / DAY_MS));
      days[day] = (days[day] ?? 0) + 1;
    }
    return days;
  };
  const seenShare = (now: number): number => {
    const step = Math.max(1, Math.floor(computers / SAMPLE));
    let seen = 0;
    let sample = 0;
    for (let mac = 0; mac < computers; mac += step) {
      sample += 1;
      if ((presence.lastCheckIn(mac, now) ?? 0) > now - DAY_MS) seen += 1;
    }
    return seen / sample;
  };
  return {
    chosen: () => chosen,
    choose() {
      const now = world.now();
      const inCanary = (store.tally.get('verified') ?? 0) < (waveLimits(settings.canary).at(-1) ?? 0);
      const next = chooseCapacity(
        settings.capacity,
        {
          now,
          expiring: expiring(now),
          lifetimeMs,
          windowMs: windowOf(settings, lifetimeMs),
          jitterMs: settings.jitter,
          seenShare: seenShare(now),
          inventoryAgeMs: inventoryEveryMs / 2,
          nativeOnly: isNativeOnly(settings),
          canaryMs: inCanary ? settings.canary.length * settings.waits.proof : 0,
        },
        chosen?.leads,
      );
      const earlier = chosen === null || isEarlier(chosen.leads, next.leads);
      chosen = next;
      Object.assign(watched, { policy: sized(settings, next) });
      return earlier;
    },
  };
}
