import type { Context, Outcome } from '../../evidence/evidence.js';
import { askMs } from '../../safety-limits/timing.js';
import { wait } from '../../write.js';

/** Whether inventory that is known was reported after an instant. */
export function isReportedSince({ evidence }: Context, at: number): boolean {
  const reportedAt = evidence.computer?.reportedAt ?? null;
  return reportedAt !== null && reportedAt > at;
}

/** Whether what is known of the Mac was read from Jamf after an instant. */
export function isReadSince({ evidence }: Context, at: number): boolean {
  return evidence.computer !== null && evidence.computer.readAt > at;
}

/** Has the Mac read from Jamf again, ever less often the longer it lasts. What was asked for and has come wakes the job by itself. */
export function askForInventory(
  { record, watched, now }: Context,
  { latest = Infinity, since = record.since }: { latest?: number; since?: number } = {},
): Outcome {
  const everyMs = askMs(watched.policy, since, now);
  const askAt = (record.askedAt ?? -Infinity) + everyMs;
  if (now < askAt) return wait(record, Math.min(askAt, latest));
  return {
    kind: 'wait',
    record: { ...record, trouble: null, askedAt: now, wakeAt: Math.min(now + everyMs, latest) },
    effect: { do: 'ask-inventory' },
  };
}
