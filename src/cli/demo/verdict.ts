import type { PretendIssuance, PretendMac, PretendRequest } from './pretend-jamf.js';
import type { Detailed } from './service.js';

/** Everything that the demo's end is judged by: both sides' own records. */
export interface Evidence {
  due: readonly PretendMac[];
  /** Those of the due Macs, as far as there are any. */
  redistributions: readonly Detailed[];
  issuances: readonly PretendIssuance[];
  requests: readonly PretendRequest[];
}

/** Signing in is the only thing that is posted without changing anything in Jamf. */
const SIGN_IN = /\/(oauth|auth)\/token$/;

/** What is wrong with a run in which Recert acts; empty when every due Mac is proven renewed, by one certificate each. */
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

/** What is wrong with a run in which Recert only observes; empty when each due Mac has a plan and nothing was written. */
export function faultsOfObserving({ due, redistributions, issuances, requests }: Evidence): string[] {
  const planned = new Set(
    redistributions.filter(({ blocked }) => blocked?.reason === 'observe').map(({ computer }) => computer.id),
  );
  const writes = requests.filter(({ method, path }) => method !== 'GET' && !SIGN_IN.test(path));
  return [
    ...due.filter(({ id }) => !planned.has(String(id))).map((mac) => `${mac.serialNumber} has no plan`),
    ...writes.map(({ method, path }) => `${method} ${path} was sent to Jamf`),
    ...issuances.map(({ computerId }) => `computer ${computerId} asked the CA for a certificate`),
  ];
}

function faultsOfProof(redistribution: Detailed | undefined): string[] {
  if (!redistribution) return ['was never redistributed'];
  const { proof, before, state } = redistribution;
  if (state !== 'verified' || !proof) return [`is ${state}, not verified`];
  if (proof.serialNumber === before.serialNumber) return ['has the serial number from before'];
  if (before.expiresAt !== null && proof.expiresAt <= before.expiresAt)
    return ['does not expire later than before'];
  return [];
}
