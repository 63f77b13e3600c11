import type { Context, Outcome } from '../../evidence/evidence.js';
import { askMs } from '../../safety-limits/timing.js';
import { wait } from '../../write.js';

/** Whether the stored inventory was reported after the given time. */
export function isReportedSince({ evidence }: Context, at: number): boolean {
  const reportedAt = evidence.computer?.reportedAt ?? null;
  return reportedAt !== null && reportedAt > at;
}

/** Whether the stored Mac was read from Jamf Pro after the given time. */
export function isReadSince({ evidence }: Context, at: number): boolean {
  return evidence.computer !== null && evidence.computer.readAt > at;
}

/** Waits for inventory that is reported after the given time, which may be in the future. */
export function awaitReport(context: Context, since: number): Outcome {
  return context.now < since ? wait(context.record, since) : askForInventory(context, { since });
}

/**
 * Requests that the Mac be read from Jamf Pro again, at growing intervals counted from `since`. The job runs again automatically when the
 * data arrives. `latest`: the time at which the job must run if no data arrives.
 */
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
