import { creditOfOthers } from '../../domain/redistribution/evidence/credit.js';
import type { Ports, Telemetry } from '../ports.js';
import type { Considered } from './consider-renewal.js';

/**
 * Counts and reports a renewal of a Mac without an open redistribution. For example, the Redistribute Profile setting
 * of Jamf Pro may renew a certificate before it is due in Recert. If the worker is killed between storing the Mac and
 * this call, the renewal is not counted.
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
