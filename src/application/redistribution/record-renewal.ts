import { creditOfOthers } from '../../domain/redistribution/evidence/credit.js';
import type { Ports, Telemetry } from '../ports.js';
import type { Considered } from './consider-renewal.js';

/**
 * Counts and tells of a renewal for which nothing of ours was open: Jamf's own setting may act before a certificate is due for us. A
 * worker that dies between the store of the Mac and this leaves it uncounted.
 */
export async function recordRenewal(
  {
    natives,
    telemetry,
    now,
  }: { natives: Pick<Ports['natives'], 'count'>; telemetry: Telemetry; now: () => number },
  { computer, watched, assessment }: Considered,
): Promise<void> {
  if (assessment.certificate === null || !assessment.inScope) return;
  const credit = creditOfOthers(computer, assessment.certificate, watched);
  const { instance, name: profile } = watched;
  await natives.count(instance, profile, credit === 'jamf' ? 'renewed' : 'other', now());
  telemetry.emit('redistribution.renewed', { instance, profile, computerId: computer.id, credit });
}
