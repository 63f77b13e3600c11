import type { Context, Outcome } from '../../evidence/evidence.js';
import { lastStatusTime, statusProof, statusReadAt } from '../../evidence/status.js';
import { lastAttempt, type Proof } from '../../record.js';
import { withAttempt } from '../../transitions.js';

/**
 * Reads the declarative status if a read is due; returns `null` if none is due. If the status does not prove the renewal, the time of the
 * read is stored, and inventory decides.
 */
export function readStatus(context: Context, verified: (proof: Proof) => Outcome): Outcome | null {
  const { record, evidence, watched, now } = context;
  if (now < statusReadAt(record, watched.policy, now)) return null;
  const { status } = evidence;
  if (status === undefined) {
    const lastAt = lastStatusTime(record, watched.policy);
    const isLast = now >= lastAt && (lastAttempt(record)?.statusReadAt ?? 0) < lastAt;
    return { kind: 'need', needs: [{ what: 'status', isLast }] };
  }
  const proof = statusProof(context);
  if (proof !== null && status.counts) return verified(proof);
  const seen = proof && { statusSeen: proof.serialNumber };
  return { kind: 'move', record: withAttempt(record, { statusReadAt: now, ...seen }), effect: null };
}
