import { roll, STREAM } from './random.js';
import { DAY_MS, HOUR_MS, MINUTE_MS, type Outage, type Scenario } from './scenario.js';

const CHECK_IN_MS = 15 * MINUTE_MS;
/** Maximum number of days that are searched for the next session. */
const FARTHEST_DAYS = 120;
const ZONES = [-8, 0, 0, 0, 8] as const;

/** Determines when each Mac is online: most Macs on working days, some always, some rarely, and some are away for a month. */
export interface Presence {
  /** Returns the first time from `at` at which the Mac is online; `Infinity` if there is none within the search limit. */
  onlineAt(mac: number, at: number): number;
  /** Returns the start of the first session after the current one. */
  nextSession(mac: number, at: number): number;
  /** Returns the first check-in from `at` on that reaches Jamf Pro. */
  checkInAt(mac: number, at: number): number;
  /** Returns the last check-in at or before the given time; `null` if there is none within the search limit. */
  lastCheckIn(mac: number, at: number): number | null;
  /** Returns the online time of a Mac between two times, milliseconds. */
  onlineMs(mac: number, from: number, to: number): number;
  /** Returns the first time from `at` at which Jamf Pro is reachable: `at` itself, or the end of an outage. */
  jamfUpAt(at: number): number;
}

/**
 * Creates the presence of all Macs. It is computed from the number of the Mac and the day, so only fixed properties
 * of each Mac and the start of its absence are stored.
 */
export function createPresence(scenario: Scenario): Presence {
  const { seed, startAt, computers } = scenario;
  const { session, hasSession, seek } = createSessions(scenario);
  const phase = new Float64Array(computers);
  for (let mac = 0; mac < computers; mac += 1)
    phase[mac] = Math.floor(roll(seed, mac, STREAM.phase, 0) * CHECK_IN_MS);
  const jamfUpAt = (at: number) => overAt(scenario.jamfOutages, startAt, at);
  /** Returns the first check-in of the session that `seek` or `hasSession` found last. */
  const firstCheckIn = (mac: number) =>
    session.from + ((phase[mac] ?? 0) % Math.max(1, Math.min(CHECK_IN_MS, session.to - session.from)));
  const checkInAt = (mac: number, at: number): number => {
    let after = at;
    while (seek(mac, after)) {
      const first = firstCheckIn(mac);
      const tick = first + Math.max(0, Math.ceil((after - first) / CHECK_IN_MS)) * CHECK_IN_MS;
      if (tick >= session.to) after = session.to;
      else if (jamfUpAt(tick) === tick) return tick;
      else after = jamfUpAt(tick);
    }
    return Infinity;
  };

  return {
    onlineAt: (mac, at) => (seek(mac, at) ? Math.max(session.from, at) : Infinity),
    nextSession: (mac, at) => {
      if (!seek(mac, at)) return Infinity;
      if (session.from > at) return session.from;
      return seek(mac, session.to) ? session.from : Infinity;
    },
    checkInAt,
    lastCheckIn(mac, at) {
      const last = Math.floor(at / DAY_MS) + 1;
      for (let day = last; day > last - FARTHEST_DAYS; day -= 1) {
        if (!hasSession(mac, day)) continue;
        const first = firstCheckIn(mac);
        let tick = first + Math.floor((Math.min(at, session.to - 1) - first) / CHECK_IN_MS) * CHECK_IN_MS;
        while (tick >= first && jamfUpAt(tick) !== tick) tick -= CHECK_IN_MS;
        if (tick >= first) return tick;
      }
      return null;
    },
    onlineMs(mac, start, end) {
      let sum = 0;
      for (let day = Math.floor(start / DAY_MS) - 1; day <= Math.floor(end / DAY_MS) + 1; day += 1)
        if (hasSession(mac, day))
          sum += Math.max(0, Math.min(session.to, end) - Math.max(session.from, start));
      return sum;
    },
    jamfUpAt,
  };
}

/** Determines the sessions of each Mac. A session is a period in which the Mac is online; at most one begins on each day. */
function createSessions({ seed, startAt, away, computers }: Scenario) {
  const awayFrom = new Float64Array(computers).fill(Infinity);
  const habit = new Float64Array(computers);
  const zone = new Float64Array(computers);
  for (let mac = 0; mac < computers; mac += 1) {
    habit[mac] = roll(seed, mac, STREAM.habit, 0);
    zone[mac] = (ZONES[Math.floor(roll(seed, mac, STREAM.zone, 0) * ZONES.length)] ?? 0) * HOUR_MS;
    if (roll(seed, mac, STREAM.away, 0) >= away.share) continue;
    const share = roll(seed, mac, STREAM.awayFrom, 0);
    awayFrom[mac] = startAt + away.leavingFromMs + share * (away.leavingToMs - away.leavingFromMs);
  }
  /**
   * The session that was found last. All calls reuse this object to avoid allocations, so a result must be used
   * before the next call.
   */
  const session = { from: 0, to: 0 };

  /** Whether the Mac has a session on a day. Sets `session`. */
  const hasSession = (mac: number, day: number): boolean => {
    const kind = habit[mac] ?? 0;
    const midnight = day * DAY_MS;
    let from = midnight;
    let to = midnight + DAY_MS;
    if (kind >= 0.1) {
      const weekday = (day + 4) % 7;
      const working = weekday !== 0 && weekday !== 6;
      const likely = kind > 0.9 ? 0.3 : working ? 0.92 : 0.15;
      if (roll(seed, mac, STREAM.present, day) >= likely) return false;
      from = midnight + (zone[mac] ?? 0) + (7 + 3 * roll(seed, mac, STREAM.begins, day)) * HOUR_MS;
      to = from + (5 + 5 * roll(seed, mac, STREAM.lasts, day)) * HOUR_MS;
    }
    const leaves = awayFrom[mac] ?? Infinity;
    if (from < leaves + away.forMs && to > leaves) {
      if (from >= leaves) from = leaves + away.forMs;
      else to = leaves;
    }
    session.from = from;
    session.to = to;
    return from < to;
  };
  /** Finds the first session that ends after an instant. Sets `session`. */
  const seek = (mac: number, at: number): boolean => {
    const first = Math.floor(at / DAY_MS) - 1;
    for (let day = first; day < first + FARTHEST_DAYS; day += 1)
      if (hasSession(mac, day) && session.to > at) return true;
    return false;
  };
  return { session, hasSession, seek };
}

/** Returns the first time from `at` that is outside of all outages. */
export function overAt(outages: readonly Outage[], startAt: number, at: number): number {
  for (const { afterMs, forMs } of outages)
    if (at >= startAt + afterMs && at < startAt + afterMs + forMs) return startAt + afterMs + forMs;
  return at;
}
