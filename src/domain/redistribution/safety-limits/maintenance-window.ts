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
 * opens (to the minute; `null` if none does). Without windows, redistributions may always start. Windows use local
 * time: a window inside the hour that is skipped in spring does not open, and the hour that repeats in autumn
 * counts twice.
 */
export function maintenanceAt(
  windows: readonly MaintenanceWindow[],
  now: number,
): { open: true } | { open: false; opensAt: number | null } {
  if (windows.length === 0) return { open: true };
  const known = closed.get(windows);
  if (known !== undefined && now >= known.from && now < (known.opensAt ?? known.from))
    return { open: false, opensAt: known.opensAt };
  if (isOpen(windows, now)) return { open: true };
  const opensAt = openingAfter(windows, now);
  closed.set(windows, { from: now, opensAt });
  return { open: false, opensAt };
}

/**
 * Cache of the next opening. The search takes milliseconds, and thousands of redistributions may wait for the same
 * window.
 */
const closed = new WeakMap<readonly MaintenanceWindow[], { from: number; opensAt: number | null }>();

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
