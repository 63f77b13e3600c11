import { formatDuration } from '../config/values/duration.js';
import { type Finding, fail, ok, warn } from './finding.js';

/**
 * Checks the clock of a server against the clock of this machine. `aheadMs` is the offset in milliseconds, `null` if
 * unknown. An offset up to `slackMs` is correct; above `mostMs` the check fails. `breaks` is the part of the message
 * that names the consequence of a large offset.
 */
export function judgeClock(
  check: string,
  aheadMs: number | null,
  { slackMs, mostMs, breaks }: { slackMs: number; mostMs: number; breaks: string },
): Finding {
  if (aheadMs === null)
    return warn(
      check,
      'the offset of the clock is unknown',
      'Compare the clock of the server with the clock of this machine.',
    );
  const offsetMs = Math.abs(aheadMs);
  if (offsetMs <= slackMs) return ok(check, 'in sync with this machine');
  const said = `${formatDuration(offsetMs)} ${aheadMs > 0 ? 'ahead of' : 'behind'} the clock of this machine`;
  const todo = `Synchronize both clocks with NTP: ${breaks}.`;
  return offsetMs > mostMs ? fail(check, said, todo) : warn(check, said, todo);
}
