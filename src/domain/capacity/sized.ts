import type { RedistributionPolicy } from '../watched.js';
import { FLIGHT_HOURS, perMinuteOf } from './bounds.js';
import type { CapacitySettings, ChosenCapacity } from './chosen.js';

/**
 * The limit that applies until the fleet has been read. It hardly matters, because the waves of the canary, which come
 * first, are smaller.
 */
const UNREAD = { hourlyCap: 50 };

/** The settings of a watched profile without the limits that depend on the fleet. */
export type UnsizedPolicy = Omit<RedistributionPolicy, keyof SizedLimits> & {
  readonly capacity: CapacitySettings;
};

type SizedLimits = Pick<RedistributionPolicy, 'hourlyCap' | 'inFlight' | 'caLimit' | 'perMinute' | 'leads'>;

/**
 * Returns the policy with its limits: those that the configuration sets, otherwise the chosen ones. Until the fleet has been read,
 * `chosen` is `null`, and conservative limits apply instead of chosen ones.
 */
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
