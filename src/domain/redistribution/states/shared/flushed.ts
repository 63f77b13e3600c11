import type { Context } from '../../evidence/evidence.js';
import { lastAttempt } from '../../record.js';
import { SKEW_MS } from '../../safety-limits/timing.js';

/**
 * Whether failed commands were cleared and the Mac has not checked in since. Jamf Pro sends the profile again at the next check-in, and
 * shows no command before that. Another attempt in the meantime would issue a second certificate.
 */
export function isUnheard({ record, evidence, watched }: Context): boolean {
  const attempt = lastAttempt(record);
  if (attempt === null || attempt.mechanism !== 'unstick') return false;
  const { triggeredAt, command, endedAt } = attempt;
  if (triggeredAt === null || command !== null || endedAt !== null) return false;
  // `lastContactAt` uses the clock of Jamf Pro, `triggeredAt` the clock of this machine.
  const skewMs = Math.min(SKEW_MS, watched.policy.waits.command);
  return (evidence.computer?.lastContactAt ?? -Infinity) <= triggeredAt + skewMs;
}
