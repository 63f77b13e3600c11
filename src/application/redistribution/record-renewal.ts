import { creditOfOthers, reportsRenewal } from '../../domain/redistribution/evidence/credit.js';
import type { Proof, Redistribution } from '../../domain/redistribution/record.js';
import type { Ports, Telemetry } from '../ports.js';
import type { Considered } from './consider-renewal.js';

/** Dependencies for counting and reporting a renewal. */
export interface CreditDeps {
  natives: Pick<Ports['natives'], 'claim' | 'count'>;
  telemetry: Telemetry;
  now: () => number;
}

/**
 * Counts and reports a renewal that inventory shows, unless a redistribution of this Mac reports it. For example, the
 * Redistribute Profile setting of Jamf Pro may renew a certificate before it is due in Recert. Must be called after
 * the Mac was considered for a redistribution.
 */
export async function recordRenewal(
  deps: CreditDeps & { redistributions: Pick<Ports['redistributions'], 'lastFor'> },
  { computer, watched, assessment }: Considered,
): Promise<void> {
  const { certificate } = assessment;
  if (certificate === null || !assessment.inScope) return;
  const { instance, name: profile } = watched;
  const last = await deps.redistributions.lastFor(instance, profile, computer.id);
  if (last !== null && reportsRenewal(last, certificate)) return;
  const credit = creditOfOthers(computer, certificate, watched);
  await creditOnce(deps, { instance, profile, computerId: computer.id }, certificate.serialNumber, credit);
}

/** Counts and reports a renewal when a change of the record verifies it. Other changes are ignored. */
export async function recordVerified(
  deps: CreditDeps,
  before: Redistribution,
  { instance, profile, computerId, state, proof }: Redistribution,
): Promise<void> {
  if (state !== 'verified' || before.state === 'verified' || proof === null) return;
  await creditOnce(deps, { instance, profile, computerId }, proof.serialNumber, proof.credit);
}

/**
 * Counts and reports a new certificate, unless another worker has already done so. A certificate is reported at most
 * once: if a worker is killed after it stored the Mac or the record and before this call, the renewal is not counted.
 * A second report would count a renewal that did not happen, whereas a missed renewal is still in the record and in
 * the inventory of the Mac.
 */
async function creditOnce(
  { natives, telemetry, now }: CreditDeps,
  mac: { instance: string; profile: string; computerId: string },
  serialNumber: string,
  credit: Proof['credit'],
): Promise<void> {
  const { instance, profile, computerId } = mac;
  if (!(await natives.claim(instance, profile, computerId, serialNumber))) return;
  if (credit !== 'recert')
    await natives.count(instance, profile, credit === 'jamf' ? 'renewed' : 'other', now());
  telemetry.emit('redistribution.renewed', { instance, profile, computerId, credit });
}
