import type { RedistributionPolicy } from '../watched.js';

/**
 * Returns sentences that explain what a second profile or an exclusion group would add; empty if there already is a
 * second profile.
 */
export function additionsOf({ mechanisms }: Pick<RedistributionPolicy, 'mechanisms'>): readonly string[] {
  if (mechanisms.includes('overlap')) return [];
  const cycle = mechanisms.includes('cycle')
    ? []
    : [
        'An exclusion group (cycle) would let Recert renew a certificate in its last days: Jamf Pro removes the profile and installs it again, and the Mac has no certificate for some minutes.',
      ];
  return [
    'A second profile (overlap) would let Recert renew the certificate of any Mac at any time, and the Mac would never be without a certificate. To prepare it, run `recert setup overlap`.',
    ...cycle,
  ];
}
