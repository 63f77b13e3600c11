import { formatDuration } from '../config/values/duration.js';
import { type Finding, fail, ok, warn } from './finding.js';

/**
 * Checks the clock of a server against the clock of this machine. `aheadMs`: offset in milliseconds, `null` if unknown. Offsets up to
 * `slackMs` are ok, above `mostMs` they fail. `breaks`: consequence of a large offset, for the message.
 */
export function judgeClock(
  check: string,
  aheadMs: number | null,
  { slackMs, mostMs, breaks }: { slackMs: number; mostMs: number; breaks: string },
): Finding {
  if (aheadMs === null)
    return warn(
      check,
      'clock offset unknown',
      'Compare the clock of the server with the clock of this machine.',
    );
  const offsetMs = Math.abs(aheadMs);
  if (offsetMs <= slackMs) return ok(check, 'in sync with this machine');
  const said = `${formatDuration(offsetMs)} ${aheadMs > 0 ? 'ahead of' : 'behind'} the clock of this machine`;
  const todo = `Synchronize both clocks with NTP: ${breaks}.`;
  return offsetMs > mostMs ? fail(check, said, todo) : warn(check, said, todo);
}
