import type { SimulatorOptions } from '../../options.js';
import type { Random } from '../random.js';

const DAY_MS = 86_400_000;

/** Properties of a Mac that the fleet options determine. */
export interface Role {
  id: number;
  managed: boolean;
  inScope: boolean;
  oddName: boolean;
  /** Whether its Okta certificate expires soon or has expired. */
  due: boolean;
  /** Whether the Mac has the green profile instead of the blue profile when the simulation starts. */
  green: boolean;
  /** Expiry of its Okta certificate, milliseconds after the simulation starts. */
  expiresInMs: number;
}

/**
 * Assigns the roles with exact counts; the seed selects the Macs. If the fleet is too small for the requested due and expired Macs,
 * all managed Macs in scope are due or expired.
 */
export function castRoles(random: Random, { fleet, ca }: SimulatorOptions): Role[] {
  const ids = random.shuffle(Array.from({ length: fleet.computers }, (_, index) => index + 1));
  const unmanagedUntil = Math.round(fleet.unmanaged * ids.length);
  const outsideUntil = unmanagedUntil + Math.round(fleet.outOfScope * ids.length);
  const expiredUntil = outsideUntil + fleet.expired;
  const dueUntil = expiredUntil + fleet.due;
  const farFrom = Math.min(60 * DAY_MS, ca.lifetime * 0.6);
  const dueStep = (Math.min(fleet.dueWithin, ca.lifetime) - DAY_MS) / Math.max(1, fleet.due);

  const expiresIn = (position: number) => {
    if (position >= dueUntil || position < outsideUntil) {
      return random.between(farFrom, Math.max(farFrom, ca.lifetime - DAY_MS));
    }
    if (position < expiredUntil) return -random.between(DAY_MS, 20 * DAY_MS);
    return DAY_MS + (position - expiredUntil + random.next()) * dueStep;
  };
  return ids
    .map((id, position) => {
      const due = position >= outsideUntil && position < dueUntil;
      return {
        id,
        managed: position >= unmanagedUntil,
        inScope: position < unmanagedUntil || position >= outsideUntil,
        oddName: random.chance(fleet.oddNames),
        due,
        expiresInMs: Math.round(expiresIn(position)),
        green: position >= outsideUntil && random.chance(fleet.green),
      };
    })
    .sort((a, b) => a.id - b.id);
}
