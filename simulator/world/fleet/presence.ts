import type { SimulatorOptions } from '../../options.js';
import type { OnlinePattern } from '../model.js';
import type { Random } from '../random.js';

/**
 * Start of the simulated week, in days: Monday at 09:30. Macs with office hours are therefore online when the
 * simulator starts, at any real time of day.
 */
const STARTS_AT = 9.5 / 24;

/**
 * When a Mac is online, in rhythm time (milliseconds since the simulation started, before they are divided by
 * `squeeze`).
 */
export interface Presence {
  pattern: OnlinePattern;
  /** Office hours as fractions of a day. */
  officeFrom: number;
  officeTo: number;
  /** For a laptop: length of a period, and the part of it in which the laptop is online. */
  periodMs: number;
  onlineMs: number;
  /** Start of the first period. Negative if a laptop is in the middle of a period when the simulation starts. */
  firstMs: number;
}

/** Whether a Mac is online at a time. `untilMs`: when this changes, in rhythm time (see `Presence`); `Infinity`: never. */
export interface PresenceAt {
  online: boolean;
  untilMs: number;
}

function office(presence: Presence, atMs: number, dayMs: number): PresenceAt {
  const sinceMonday = atMs + STARTS_AT * dayMs;
  const day = Math.floor(sinceMonday / dayMs);
  const dayStartMs = (day - STARTS_AT) * dayMs;
  const fromMs = dayStartMs + presence.officeFrom * dayMs;
  const toMs = dayStartMs + presence.officeTo * dayMs;
  const workday = day % 7 < 5;
  if (workday && atMs < fromMs) return { online: false, untilMs: fromMs };
  if (workday && atMs < toMs) return { online: true, untilMs: toMs };
  const daysOff = day % 7 < 4 ? 1 : 7 - (day % 7);
  return { online: false, untilMs: fromMs + daysOff * dayMs };
}

/** Computes the presence of a Mac at a rhythm time. A pure function. */
export function presenceAt(presence: Presence, atMs: number, dayMs: number): PresenceAt {
  if (presence.pattern === 'always') return { online: true, untilMs: Infinity };
  if (presence.pattern === 'office-hours') return office(presence, atMs, dayMs);
  if (atMs < presence.firstMs) return { online: false, untilMs: presence.firstMs };
  const round = Math.floor((atMs - presence.firstMs) / presence.periodMs);
  const appearedMs = presence.firstMs + round * presence.periodMs;
  const leavesMs = appearedMs + presence.onlineMs;
  return atMs < leavesMs
    ? { online: true, untilMs: leavesMs }
    : { online: false, untilMs: appearedMs + presence.periodMs };
}

/** Draws the presence pattern of a Mac. With `dueReachable`, a due Mac that would come online too late gets an earlier time. */
export function drawPresence(random: Random, due: boolean, options: SimulatorOptions): Presence {
  const { fleet, rhythm } = options;
  const draw = random.next();
  const pattern: OnlinePattern =
    draw < fleet.away
      ? 'away'
      : draw < fleet.away + fleet.laptops
        ? 'laptop'
        : draw < fleet.away + fleet.laptops + fleet.officeHours
          ? 'office-hours'
          : 'always';
  const periodMs = rhythm.laptopPeriod * random.between(0.5, 1.5);
  const presence: Presence = {
    pattern,
    officeFrom: random.between(8, 10) / 24,
    officeTo: random.between(17, 19) / 24,
    periodMs,
    onlineMs: periodMs * random.between(0.3, 0.7),
    firstMs: pattern === 'away' ? rhythm.awayFor * random.between(0.3, 1.7) : -periodMs * random.next(),
  };
  const early = fleet.dueReachableWithin * random.next();
  if (!due || !fleet.dueReachable) return presence;
  const { online, untilMs } = presenceAt(presence, 0, rhythm.day);
  if (online || untilMs <= fleet.dueReachableWithin) return presence;
  return { ...presence, pattern: pattern === 'office-hours' ? 'laptop' : pattern, firstMs: early };
}
