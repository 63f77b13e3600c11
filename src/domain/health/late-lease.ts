/** Alarm time of a lease whose profile is no longer configured, milliseconds. */
const DEFAULT_ALARM_MS = 10 * 60_000;

/** Whether a Mac has been in an exclusion group for too long: `alarmMs` after Recert should have removed it. */
export function isLate(
  { dueAt, returningSince }: { dueAt: number; returningSince: number | null },
  { at, alarmMs = DEFAULT_ALARM_MS }: { at: number; alarmMs: number | undefined },
): boolean {
  return at >= Math.min(dueAt, returningSince ?? Infinity) + alarmMs;
}
