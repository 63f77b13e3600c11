/** Weekdays as written in the configuration, Monday first. */
export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/** A weekly period in which redistributions may start. */
export interface MaintenanceWindow {
  readonly days: readonly (typeof WEEKDAYS)[number][];
  /** Times of day, `HH:MM`. If `to` is not later than `from`, the window ends on the next day. */
  readonly from: string;
  readonly to: string;
  /** IANA time zone, for example Europe/Berlin. */
  readonly zone: string;
}

const MINUTE_MS = 60_000;
const DAY_MINUTES = 1_440;
/** How far ahead the next opening is searched, milliseconds: one week, because windows repeat weekly, and one day for clock changes. */
const FARTHEST_MS = 8 * DAY_MINUTES * MINUTE_MS;
/**
 * Length of a step of the search, milliseconds. Time zones change their offset only at quarters of an hour, so
 * local time is continuous within a step.
 */
const STRIDE_MS = 15 * MINUTE_MS;

/**
 * Returns whether a time (epoch milliseconds) is in one of the maintenance windows, and if not, when the next one
 * opens (to the minute). Without windows, and if no window can be computed, redistributions may always start.
 * Windows use local time: a window inside the hour that is skipped in spring does not open, and the hour that
 * repeats in autumn counts twice.
 */
export function maintenanceAt(
  windows: readonly MaintenanceWindow[],
  now: number,
): { open: true } | { open: false; opensAt: number } {
  if (windows.length === 0) return { open: true };
  const known = gapAt(windows, now);
  if (known !== null) return { open: false, opensAt: known.to };
  try {
    if (isOpen(windows, now)) return { open: true };
    const opensAt = openingAfter(windows, now);
    if (opensAt === null) return { open: true };
    remember(windows, { from: now, to: opensAt, openedAt: null });
    return { open: false, opensAt };
  } catch (error) {
    // This runtime does not know the time zone.
    if (error instanceof RangeError) return { open: true };
    throw error;
  }
}

/** A certificate that expires within this time is urgent, milliseconds. */
const URGENT_MS = DAY_MINUTES * MINUTE_MS;

/** Returns the time before which a certificate must expire to be urgent outside of a window: the next window opens at `opensAt`. */
export function urgentBefore(opensAt: number, now: number): number {
  return Math.max(opensAt, now + URGENT_MS);
}

/**
 * Returns `at` if it is in a maintenance window, otherwise when the last window before it opened. A renewal that is due
 * between two windows can then start in the window before. Returns `at` without windows, and if none can be computed.
 */
export function lastWindowBefore(windows: readonly MaintenanceWindow[], at: number): number {
  const now = maintenanceAt(windows, at);
  const gap = now.open ? null : gapAt(windows, at);
  if (gap === null) return at;
  gap.openedAt ??= openingBefore(windows, at) ?? at;
  return Math.min(gap.openedAt, at);
}

function openingBefore(windows: readonly MaintenanceWindow[], before: number): number | null {
  const first = Math.floor(before / STRIDE_MS) * STRIDE_MS;
  let wasOpen = false;
  for (let at = first; at >= before - FARTHEST_MS; at -= STRIDE_MS) {
    const open = isOpen(windows, at);
    if (wasOpen && !open) return openingAfter(windows, at);
    wasOpen ||= open;
  }
  return null;
}

/** A time between two maintenance windows. `openedAt`: when the window before it opened, once this is known. */
interface Gap {
  from: number;
  readonly to: number;
  openedAt: number | null;
}

/**
 * Cache of the times between windows, in order. The search takes milliseconds, and thousands of redistributions wait
 * for the same window.
 */
const gaps = new WeakMap<readonly MaintenanceWindow[], Gap[]>();

/** Number of gaps that are kept: more than a year with a window every day. */
const MOST_GAPS = 500;

function gapAt(windows: readonly MaintenanceWindow[], at: number): Gap | null {
  return gaps.get(windows)?.find(({ from, to }) => at >= from && at < to) ?? null;
}

function remember(windows: readonly MaintenanceWindow[], gap: Gap): void {
  const known = gaps.get(windows) ?? [];
  gaps.set(windows, known);
  const same = known.find(({ to }) => to === gap.to);
  if (same !== undefined) same.from = Math.min(same.from, gap.from);
  else known.push(gap);
  if (known.length > MOST_GAPS) known.shift();
}

function openingAfter(windows: readonly MaintenanceWindow[], now: number): number | null {
  for (let at = Math.floor(now / STRIDE_MS) * STRIDE_MS; at <= now + FARTHEST_MS; at += STRIDE_MS) {
    const opensAt = beginningsIn(windows, at)
      .filter((begins) => begins > now && isOpen(windows, begins))
      .toSorted((a, b) => a - b)[0];
    if (opensAt !== undefined) return opensAt;
  }
  return null;
}

/**
 * Returns the times within a step at which a window may open: the start of the window, or the start of the step in case clocks moved
 * forward.
 */
function beginningsIn(windows: readonly MaintenanceWindow[], at: number): readonly number[] {
  const begins = windows.map(({ from, zone }) => {
    const { minute } = wallClock(zone, at);
    const inMinutes = (minutesOf(from) - minute + DAY_MINUTES) % DAY_MINUTES;
    return at + inMinutes * MINUTE_MS;
  });
  return [at, ...begins.filter((begin) => begin < at + STRIDE_MS)];
}

function isOpen(windows: readonly MaintenanceWindow[], at: number): boolean {
  return windows.some((window) => holds(window, at));
}

function holds({ days, from, to, zone }: MaintenanceWindow, at: number): boolean {
  const { day, minute } = wallClock(zone, at);
  const [begin, end] = [minutesOf(from), minutesOf(to)];
  if (begin < end) return on(days, day) && minute >= begin && minute < end;
  // After midnight, the window that began on the previous day applies.
  return (on(days, day) && minute >= begin) || (on(days, day - 1) && minute < end);
}

function on(days: MaintenanceWindow['days'], day: number): boolean {
  const name = WEEKDAYS[(day + WEEKDAYS.length) % WEEKDAYS.length];
  return name !== undefined && days.includes(name);
}

function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return 60 * hours + minutes;
}

/** Formats by time zone. They are cached, because creating a format takes longer than using it a hundred times. */
const formats = new Map<string, Intl.DateTimeFormat>();

function wallClock(zone: string, at: number): { day: number; minute: number } {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
    formats.set(zone, format);
  }
  const part = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
  const day = WEEKDAYS.findIndex((name) => name === part['weekday']?.slice(0, 3).toLowerCase());
  return { day, minute: 60 * Number(part['hour']) + Number(part['minute']) };
}

/** Whether a name is a valid IANA time zone. */
export function isTimeZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en-GB', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}
