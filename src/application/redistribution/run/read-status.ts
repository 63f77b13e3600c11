import {
  mayReadStatus,
  statusCounts,
  type StatusEvidence,
  statusOff,
} from '../../../domain/redistribution/evidence/status.js';
import type { StepDeps } from '../deps.js';
import type { StepContext } from './gather-evidence.js';

/**
 * Reads the certificates that a Mac reported in its declarative status. Never fails: if the status cannot be read,
 * the result has no certificates, which proves nothing. After several reads without a report, the status of a server
 * is read less often (see `mayReadStatus`).
 */
export async function readStatus(
  { limits, now }: Pick<StepDeps, 'limits' | 'now'>,
  { record, watched, client }: Pick<StepContext, 'record' | 'watched' | 'client'>,
  managementId: string,
  isLast: boolean,
): Promise<StatusEvidence> {
  const { instance } = record;
  const known = await limits.status(instance);
  const counts = statusCounts(watched.policy.proof, known);
  if (!mayReadStatus(known, now())) return { certificates: [], counts };
  const answer = await client.readStatus(managementId);
  // An early read without a report is not counted, because the Mac may report its status for the first time later.
  if (isLast || answer.kind !== 'missing' || statusOff(known) !== null)
    await limits.noteStatus(instance, answer.kind, now());
  return { certificates: answer.kind === 'reported' ? answer.certificates : [], counts };
}
