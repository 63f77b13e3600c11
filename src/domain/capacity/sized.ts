import type { RedistributionPolicy } from '../watched.js';
import { FLIGHT_HOURS, perMinuteOf } from './bounds.js';
import type { CapacitySettings, ChosenCapacity } from './chosen.js';

/** What applies until the fleet was read. The canary comes first, so nothing depends on it for long. */
const UNREAD = { hourlyCap: 50 };

/** The settings of a watched profile without its limits, which depend on the fleet. */
export type UnsizedPolicy = Omit<RedistributionPolicy, keyof SizedLimits> & {
  readonly capacity: CapacitySettings;
};

type SizedLimits = Pick<RedistributionPolicy, 'hourlyCap' | 'inFlight' | 'caLimit' | 'perMinute' | 'leads'>;

/** The policy with the chosen limits. Until the fleet was read (`null`), explicit limits and conservative ones apply. */
export function sized<Policy extends UnsizedPolicy>(
  policy: Policy,
  chosen: Pick<ChosenCapacity, 'hourlyCap' | 'inFlight' | 'leads'> | null,
): Policy & SizedLimits {
  const { hourlyCap: hourly, inFlight: flight, caLimit } = policy.capacity;
  const hourlyCap = hourly === 'auto' ? Math.min(chosen?.hourlyCap ?? UNREAD.hourlyCap, caLimit) : hourly;
  return {
    ...policy,
    hourlyCap,
    inFlight:
      flight === 'auto'
        ? Math.min(chosen?.inFlight ?? FLIGHT_HOURS * hourlyCap, Math.max(caLimit, hourlyCap))
        : flight,
    caLimit: hourly === 'auto' ? caLimit : Math.min(caLimit, hourly),
    perMinute: hourly === 'auto' ? perMinuteOf(caLimit) : hourly,
    leads: chosen?.leads ?? [],
  };
}
