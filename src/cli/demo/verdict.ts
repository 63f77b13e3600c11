import type { PretendIssuance, PretendMac, PretendRequest } from './pretend-jamf.js';
import type { Detailed } from './service.js';

/** The records of Recert and of the simulator from which the result of the demo is determined. */
export interface Evidence {
  due: readonly PretendMac[];
  /** Redistributions of the due Macs, in the records of Recert. */
  redistributions: readonly Detailed[];
  issuances: readonly PretendIssuance[];
  requests: readonly PretendRequest[];
}

/** Paths of sign-in requests, the only POST requests that change nothing in Jamf Pro. */
const SIGN_IN = /\/(oauth|auth)\/token$/;

/**
 * Checks a run that renews certificates. Returns its faults; empty if every due Mac is verified with exactly one
 * new certificate.
 */
export function faultsOfActing({ due, redistributions, issuances }: Evidence): string[] {
  const issued = issuances.filter(({ outcome }) => outcome === 'issued');
  const faults = due.flatMap((mac) => {
    const redistribution = redistributions.find(({ computer }) => computer.id === String(mac.id));
    const certificates = issued.filter(({ computerId }) => computerId === mac.id);
    return [
      ...faultsOfProof(redistribution).map((fault) => `${mac.serialNumber} ${fault}`),
      ...(certificates.length === 1
        ? []
        : [`${mac.serialNumber} got ${certificates.length} certificates instead of 1`]),
    ];
  });
  if (issued.length !== due.length)
    faults.push(`the CA issued ${issued.length} certificates for ${due.length} due Macs`);
  return faults;
}

/**
 * Checks a run in observe mode. Returns its faults; empty if every due Mac has a plan and nothing was changed in
 * Jamf Pro.
 */
export function faultsOfObserving({ due, redistributions, issuances, requests }: Evidence): string[] {
  const planned = new Set(
    redistributions.filter(({ blocked }) => blocked?.reason === 'observe').map(({ computer }) => computer.id),
  );
  const writes = requests.filter(({ method, path }) => method !== 'GET' && !SIGN_IN.test(path));
  return [
    ...due.filter(({ id }) => !planned.has(String(id))).map((mac) => `${mac.serialNumber} has no plan`),
    ...writes.map(({ method, path }) => `${method} ${path} was sent to Jamf Pro`),
    ...issuances.map(({ computerId }) => `computer ${computerId} requested a certificate from the CA`),
  ];
}

function faultsOfProof(redistribution: Detailed | undefined): string[] {
  if (!redistribution) return ['was not redistributed'];
  const { proof, before, state } = redistribution;
  if (state !== 'verified' || !proof) return [`is ${state}, not verified`];
  if (proof.serialNumber === before.serialNumber) return ['still has the old certificate'];
  if (before.expiresAt !== null && proof.expiresAt <= before.expiresAt)
    return ['has a new certificate that does not expire later than the old one'];
  return [];
}
