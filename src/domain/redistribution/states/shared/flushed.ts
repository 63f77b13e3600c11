import type { Context } from '../../evidence/evidence.js';
import { lastAttempt } from '../../record.js';
import { SKEW_MS } from '../../safety-limits/timing.js';

/**
 * Whether failed commands were flushed and Jamf has not heard from the Mac since. It sends the profile again when it does, and nothing in
 * Jamf shows that until then: another attempt in the meantime would be a second certificate.
 */
export function isUnheard({ record, evidence, watched }: Context): boolean {
  const attempt = lastAttempt(record);
  if (attempt === null || attempt.mechanism !== 'unstick') return false;
  const { triggeredAt, command, endedAt } = attempt;
  if (triggeredAt === null || command !== null || endedAt !== null) return false;
  // When it was heard of is told by Jamf's clock, when it was flushed by ours.
  const skewMs = Math.min(SKEW_MS, watched.policy.waits.command);
  return (evidence.computer?.lastContactAt ?? -Infinity) <= triggeredAt + skewMs;
}
