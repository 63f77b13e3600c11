import type { RedistributionPolicy } from '../../watched.js';
import type { Context, Outcome } from '../evidence/evidence.js';
import { overlapOf } from '../direction.js';
import { proofOf } from '../evidence/proof.js';
import { lastAttempt, type Redistribution } from '../record.js';
import { move, withAttempt } from '../transitions.js';
import { askForInventory, isReportedSince } from './shared/asking.js';
import { ending } from './ending.js';
import { failed } from './failed.js';

/**
 * State `verifying`: waits for inventory that shows the new certificate. An acknowledged command alone does not
 * prove a renewal.
 */
export function verifying(context: Context): Outcome {
  const verified = verify(context);
  if (verified !== null) return verified;
  const end = ending(context);
  if (end !== null) return end;
  const { record, watched, now } = context;
  const acknowledgedAt = acknowledgedAtOf(record);
  const lateAt = unprovenAt(record, watched.policy);
  if (now >= lateAt) {
    const unreported = !isReportedSince(context, acknowledgedAt);
    return failed(context, {
      outcome: 'unproven',
      unreported,
      why: unreported
        ? 'acknowledged, but the Mac reported no inventory in time'
        : 'acknowledged, but inventory did not show a new certificate in time',
    });
  }
  return askForInventory(context, { latest: lateAt });
}

/** Returns when the attempt has failed unless inventory shows the new certificate, epoch milliseconds. */
export function unprovenAt(record: Redistribution, { waits }: RedistributionPolicy): number {
  return acknowledgedAtOf(record) + waits.inventory;
}

function acknowledgedAtOf(record: Redistribution): number {
  return lastAttempt(record)?.command?.completedAt ?? record.since;
}

function verify({ record, evidence, watched, now }: Context): Outcome | null {
  const attempt = lastAttempt(record);
  const { computer, assessment } = evidence;
  if (attempt === null || computer === null || assessment === null) return null;
  const seen = { certificate: assessment.certificate, reportedAt: computer.reportedAt };
  const proof = proofOf(seen, record, attempt, watched);
  if (proof === null) return null;
  const { baseline } = record;
  return {
    kind: 'move',
    record: withAttempt(
      move(
        record,
        'verified',
        {
          at: now,
          why: 'inventory shows a new serial number with a later expiry',
          evidence: {
            oldSerialNumber: baseline.serialNumber,
            oldExpiresAt: baseline.expiresAt,
            ...proof,
            command: attempt.command?.uuid ?? null,
            acknowledgedAt: attempt.command?.completedAt ?? null,
          },
        },
        {
          proof,
          settlement: attempt.overlaps
            ? { kind: 'finish', dueAt: now + overlapOf(watched.policy).settle, doneAt: null, outcome: null }
            : null,
        },
      ),
      { endedAt: now, outcome: 'verified' },
    ),
    effect: null,
  };
}
