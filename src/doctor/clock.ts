import { formatDuration } from '../config/values/duration.js';
import { type Finding, fail, ok, warn } from './finding.js';

/**
 * Judges a clock that instants are compared with. `aheadMs`: by how much it is ahead of ours, `null` when it is not known. `slackMs`: what
 * nobody notices, `mostMs`: what breaks something.
 */
export function judgeClock(
  check: string,
  aheadMs: number | null,
  { slackMs, mostMs, breaks }: { slackMs: number; mostMs: number; breaks: string },
): Finding {
  if (aheadMs === null) return warn(check, 'its clock is not known', 'Compare it with ours by hand.');
  const awayMs = Math.abs(aheadMs);
  if (awayMs <= slackMs) return ok(check, 'its clock and ours agree');
  const said = `its clock is ${formatDuration(awayMs)} ${aheadMs > 0 ? 'ahead of' : 'behind'} ours`;
  const todo = `Have both set by NTP: ${breaks}.`;
  return awayMs > mostMs ? fail(check, said, todo) : warn(check, said, todo);
}
