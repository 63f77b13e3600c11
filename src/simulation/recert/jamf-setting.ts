import type { UnsizedPolicy } from '../../domain/capacity/sized.js';
import { jamfAlone } from '../others.js';
import { DAY_MS } from '../scenario.js';
import type { Policy, World } from '../world.js';
import type { SimulatedJamf } from './jamf.js';

/** Type of the event in which Jamf Pro checks the Redistribute Profile setting for a Mac. */
export const SETTING = 7;

/** Simulates the Redistribute Profile setting of Jamf Pro together with Recert: Recert sees its commands in the command lists. */
export function jamfSetting(world: World, jamf: Pick<SimulatedJamf, 'install'>): Policy {
  return jamfAlone({
    ...world,
    schedule: (at, _kind, mac, data) => world.schedule(at, SETTING, mac, data),
    send: (mac) => jamf.install(mac),
  });
}

/**
 * Returns the policy for a fleet with a single profile and without groups for Recert. The Redistribute Profile
 * setting of Jamf Pro renews the certificates; Recert verifies each renewal and clears failed installs.
 */
export function oneProfileOf(policy: UnsizedPolicy): UnsizedPolicy {
  return {
    ...policy,
    mode: 'act',
    mechanisms: ['native', 'unstick'],
    nativeGrace: 14 * DAY_MS,
    overlap: undefined,
    cycle: undefined,
    canary: [],
  };
}
