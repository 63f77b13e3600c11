import { targetOf } from '../direction.js';
import { listed, needOwn, ownCommand, seenCommand } from '../evidence/commands.js';
import type { RedistributionPolicy } from '../../watched.js';
import type { Context, Outcome } from '../evidence/evidence.js';
import { overlapOf } from '../direction.js';
import { proofOf, shownBy, withSource } from '../evidence/proof.js';
import { lastStatusTime, statusReadAt } from '../evidence/status.js';
import {
  acknowledgedAtOf,
  type Attempt,
  isInCanary,
  lastAttempt,
  type Proof,
  type Redistribution,
} from '../record.js';
import { SKEW_MS } from '../safety-limits/timing.js';
import { move, note, withAttempt } from '../transitions.js';
import { canaryWaitMs } from '../safety-limits/canary-wait.js';
import { wait } from '../write.js';
import { askForInventory, isReportedSince } from './shared/asking.js';
import { readStatus } from './shared/read-status.js';
import { ending } from './ending.js';
import { failed } from './failed.js';

/**
 * State `verifying`: waits for inventory, or the declarative status, that shows the new certificate. An acknowledged command alone does not
 * prove a renewal.
 */
export function verifying(context: Context): Outcome {
  const verified = verify(context);
  if (verified !== null) return verified;
  const end = ending(context);
  if (end !== null) return end;
  const { record, watched, now } = context;
  const { policy } = watched;
  const status = readStatus(context, (proof) => verifiedBy(context, proof));
  if (status !== null) return status;
  const attempt = lastAttempt(record);
  if (attempt !== null && (attempt.command?.completedAt ?? null) === null) {
    const decided = withoutCommand(context, attempt);
    if (decided !== null) return decided;
  }
  const acknowledgedAt = acknowledgedAtOf(record);
  const lateAt = unprovenAt(record, policy);
  if (now >= lateAt) {
    const unreported = !isReportedSince(context, acknowledgedAt);
    return failed(context, {
      outcome: 'unproven',
      unreported,
      why: `${(attempt?.command?.completedAt ?? null) === null ? 'InstallProfile not listed' : 'acknowledged'}, but ${
        unreported
          ? 'the Mac reported no inventory in time'
          : 'inventory did not show a new certificate in time'
      }`,
    });
  }
  const decided = judged(context);
  if (decided !== null) return decided;
  const latest = Math.min(proofActionAt(record, policy), statusReadAt(record, policy, now));
  return policy.proof === 'status-first' && now < lastStatusTime(record, policy)
    ? wait(record, latest)
    : askForInventory(context, { latest });
}

/**
 * Handles an attempt whose command Jamf Pro did not list: looks for the command again; returns `null` while the new
 * certificate may still appear. With `overlap`, the attempt has failed when later inventory does not show the
 * profile on the Mac.
 */
function withoutCommand(context: Context, attempt: Attempt): Outcome | null {
  const { record, evidence, watched, now } = context;
  const side = targetOf(attempt.direction);
  const commands = listed(context, `install-${side}`);
  if (commands === undefined) return { kind: 'need', needs: [needOwn(attempt, side)] };
  const command = ownCommand(commands, attempt);
  if (command !== null)
    return {
      kind: 'move',
      record: withAttempt(move(record, 'pushed', { at: now, why: 'Jamf Pro lists InstallProfile again' }), {
        command: seenCommand(command, now),
        deliveryFrom: command.sentAt,
        blankPushes: [],
        missingSince: null,
      }),
      effect: null,
    };
  const isInstalled = evidence.computer?.profiles.some(({ id }) => id === watched[side]?.id) ?? false;
  if (attempt.mechanism !== 'overlap' || isInstalled || !isReportedSince(context, record.since)) return null;
  return failed(context, {
    outcome: 'no-command',
    why: `Jamf Pro lists no InstallProfile for ${side}, and inventory does not show the profile on the Mac`,
  });
}

/** Returns when the attempt fails if inventory has not shown the new certificate by then, epoch milliseconds. */
function unprovenAt(record: Redistribution, { waits }: RedistributionPolicy): number {
  return acknowledgedAtOf(record) + waits.inventory;
}

/** Returns when to act even without new inventory: when the canary wave stops waiting for the Mac, or when the attempt fails. */
export function proofActionAt(record: Redistribution, policy: RedistributionPolicy): number {
  return isInCanary(record) && lastAttempt(record)?.command?.state === 'ACKNOWLEDGED'
    ? acknowledgedAtOf(record) + policy.waits.proof
    : unprovenAt(record, policy);
}

/**
 * Decides how an acknowledged attempt counts while its proof is missing; `null` to keep waiting. If the Mac reported
 * inventory without the new certificate, the attempt counts as failed after `waits.proof`. If the Mac reported no
 * inventory, its canary wave stops waiting for it after `canaryWaitMs`.
 */
function judged(context: Context): Outcome | null {
  const { record, evidence, watched, now } = context;
  const attempt = lastAttempt(record);
  // If the command is not listed, the Mac may not have answered it.
  if (attempt?.command?.state !== 'ACKNOWLEDGED' || attempt.doubtedAt !== undefined) return null;
  const acknowledgedAt = acknowledgedAtOf(record);
  const { waits } = watched.policy;
  const isReported = isReportedSince(context, acknowledgedAt + SKEW_MS);
  if (isReported && now >= acknowledgedAt + waits.proof)
    return {
      kind: 'move',
      record: withAttempt(
        note(record, { at: now, why: 'acknowledged, but inventory does not show a new certificate yet' }),
        { doubtedAt: now },
      ),
      effect: null,
    };
  if (isReported || !isInCanary(record)) return null;
  const { nextExpiresAt } = evidence;
  if (nextExpiresAt === undefined) return { kind: 'need', needs: [{ what: 'next-expiry' }] };
  if (now < acknowledgedAt + canaryWaitMs(waits.proof, nextExpiresAt, { waits, now })) return null;
  return { kind: 'move', record: withAttempt(record, { passedAt: now }), effect: null };
}

function verify(context: Context): Outcome | null {
  const { record, evidence, watched } = context;
  const attempt = lastAttempt(record);
  const { computer, assessment } = evidence;
  if (attempt === null || computer === null || assessment === null) return null;
  const seen = { certificate: assessment.certificate, reportedAt: computer.reportedAt };
  const proof = proofOf(seen, record, attempt, watched);
  return proof && verifiedBy(context, withSource(proof, computer));
}

function verifiedBy({ record, watched, now }: Context, proof: Proof): Outcome {
  const attempt = lastAttempt(record);
  const { baseline } = record;
  const evidence = {
    oldSerialNumber: baseline.serialNumber,
    oldExpiresAt: baseline.expiresAt,
    ...proof,
    command: attempt?.command?.uuid ?? null,
    acknowledgedAt: attempt?.command?.completedAt ?? null,
  };
  const settlement = attempt?.overlaps
    ? { kind: 'finish' as const, dueAt: now + overlapOf(watched.policy).settle, doneAt: null, outcome: null }
    : null;
  return {
    kind: 'move',
    record: withAttempt(
      move(record, 'verified', { at: now, why: shownBy(proof), evidence }, { proof, settlement }),
      { endedAt: now, outcome: 'verified' },
    ),
    effect: null,
  };
}
