import type { SimulatorOptions } from '../../options.js';
import type { Random } from '../random.js';

const DAY_MS = 86_400_000;

/** What one Mac of the fleet is to be, before it is made. */
export interface Role {
  id: number;
  managed: boolean;
  inScope: boolean;
  oddName: boolean;
  /** Expires soon or has expired. */
  due: boolean;
  /** Has the green profile, not the blue one. */
  green: boolean;
  /** Expiry of its Okta certificate as milliseconds after the start. */
  expiresInMs: number;
}

/**
 * Hands out the roles: exact counts, chosen by the seed. When the fleet is too small for all the
 * due and expired that were asked for, there are as many as it has managed Macs in scope.
 */
export function castRoles(random: Random, { fleet, ca }: SimulatorOptions): Role[] {
  const ids = random.shuffle(Array.from({ length: fleet.computers }, (_, index) => index + 1));
  const unmanagedUntil = Math.round(fleet.unmanaged * ids.length);
  const outsideUntil = unmanagedUntil + Math.round(fleet.outOfScope * ids.length);
  const expiredUntil = outsideUntil + fleet.expired;
  const dueUntil = expiredUntil + fleet.due;
  const farFrom = Math.min(60 * DAY_MS, ca.lifetime * 0.6);
  const dueStep = (Math.min(fleet.dueWithin, ca.lifetime) - DAY_MS) / Math.max(1, fleet.due);

  const expiresIn = (place: number) => {
    if (place >= dueUntil || place < outsideUntil) {
      return random.between(farFrom, Math.max(farFrom, ca.lifetime - DAY_MS));
    }
    if (place < expiredUntil) return -random.between(DAY_MS, 20 * DAY_MS);
    return DAY_MS + (place - expiredUntil + random.next()) * dueStep;
  };
  return ids
    .map((id, place) => {
      const due = place >= outsideUntil && place < dueUntil;
      return {
        id,
        managed: place >= unmanagedUntil,
        inScope: place < unmanagedUntil || place >= outsideUntil,
        oddName: random.chance(fleet.oddNames),
        due,
        expiresInMs: Math.round(expiresIn(place)),
        green: place >= outsideUntil && random.chance(fleet.green),
      };
    })
    .sort((a, b) => a.id - b.id);
}
