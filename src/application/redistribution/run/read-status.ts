import {
  mayReadStatus,
  statusCounts,
  type StatusEvidence,
  statusOff,
} from '../../../domain/redistribution/evidence/status.js';
import type { StepDeps } from '../deps.js';
import type { StepContext } from './gather-evidence.js';

/**
 * Reads the certificates that a Mac reported in its declarative status. No result of the read is an error: what cannot be read is no
 * statement. A server that answers none of the reads is read once a day only.
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
  // A Mac may report for the first time after the first read.
  if (isLast || answer.kind !== 'missing' || statusOff(known) !== null)
    await limits.noteStatus(instance, answer.kind, now());
  return { certificates: answer.kind === 'reported' ? answer.certificates : [], counts };
}
