import { formatDuration } from '../../config/values/duration.js';
import { lastAttempt, type Redistribution } from '../../domain/redistribution/record.js';
import { type Finding, ok, warn } from '../finding.js';

/** Number of verified redistributions that are evaluated at most. */
export const PROOFS_READ = 200;

/** Fewer proofs than this say nothing about the usual time. */
const LEAST_PROOFS = 5;

/** A median of more than this is worth an improvement, milliseconds. */
const LONG_MS = 86_400_000;

const NUDGE = 'a policy that reports inventory after the install (docs/setup.md, "Report inventory sooner")';
const STATUS =
  'declarative status: `proof: auto`, the privilege Read Mobile Devices, and macOS 14 or later (docs/redistribution.md, "Proof by declarative status")';

/**
 * Says how long the proof of a renewal takes, from the acknowledgment of the Mac, and what would shorten it. Returns no finding if too
 * few renewals are known. Pure.
 */
export function judgeProofTime(
  name: string,
  records: readonly Pick<Redistribution, 'proof' | 'attempts'>[],
): Finding[] {
  const proofs = records.flatMap((record) => {
    const completedAt = lastAttempt(record)?.command?.completedAt ?? null;
    if (record.proof?.credit !== 'recert' || completedAt === null) return [];
    return { ms: Math.max(0, record.proof.reportedAt - completedAt), source: record.proof.source };
  });
  if (proofs.length < LEAST_PROOFS) return [];
  const times = proofs.map(({ ms }) => ms).toSorted((one, other) => one - other);
  const median = quantile(times, 0.5);
  const byStatus = proofs.filter(({ source }) => source === 'status').length;
  const said = `proof takes ${formatDuration(median)} (median), ${formatDuration(quantile(times, 0.95))} (95th percentile); ${byStatus} of ${proofs.length} renewals were proven by declarative status`;
  const check = `profile ${name} proof`;
  if (median <= LONG_MS) return [ok(check, said)];
  const remedies = byStatus > 0 ? [NUDGE] : [STATUS, NUDGE];
  return [warn(check, said, `To shorten it, set up ${remedies.join(', or ')}.`)];
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}
