import type { Room } from '../../domain/redistribution/evidence/evidence.js';
import {
  isInFlight,
  type Redistribution,
  type TokenChange,
  tokenChanges,
} from '../../domain/redistribution/record.js';
import type { RedistributionPolicy } from '../../domain/watched.js';
import { createEvents } from '../events.js';
import { HOUR_MS } from '../scenario.js';

/**
 * The caps and the line of those that wait for room, by the rules of the limits in Redis: tokens that count until an hour after the CA was
 * asked, redistributions in flight, the earliest expiry first. Whoever waits is called when there is room, instead of asking every half hour.
 */
export interface CapBook {
  /** `held`: the attempt has its token already, and needs room in flight alone. */
  room(mac: number, now: number, held: boolean): Room;
  take(now: number): void;
  /** Follows a record as the store does: what is in flight, and its tokens. Returns whether tokens changed. */
  keep(before: Redistribution, record: Redistribution): boolean;
  /** Puts a Mac into the line. */
  wait(mac: number, rank: number): void;
  /** Takes out of the line whoever is first while there is room; it counts as coming until `arrived`. */
  call(now: number): number | null;
  /** Whether it was coming. */
  arrived(mac: number): boolean;
  /** When the next token is free again; `null` when nobody waits for one. */
  freeAt(): number | null;
  /** Most tokens that were ever taken within an hour, and most in flight when one was taken. */
  most(): { hour: number; inFlight: number };
}

/** Empty books for a fleet. */
export function createCapBook(
  { hourlyCap, inFlight }: Pick<RedistributionPolicy, 'hourlyCap' | 'inFlight'>,
  computers: number,
): CapBook {
  const line = createEvents();
  const waiting = new Uint8Array(computers);
  const coming = new Set<number>();
  const triggers = createEvents();
  const answered = createEvents();
  const most = { hour: 0, inFlight: 0 };
  let inLine = 0;
  let flying = 0;
  let out = 0;

  const within = (hour: typeof answered, now: number): number => {
    while (hour.firstAt() <= now - HOUR_MS) hour.next();
    return hour.size();
  };
  const used = (now: number): number => out + within(answered, now);
  const move = ({ before, after }: TokenChange) => {
    if (before === Infinity) out -= 1;
    if (after === Infinity) out += 1;
    else answered.add(after, 0, 0, 0);
  };
  /** A Mac that comes back has its command already: it is in flight again whether there is room or not. */
  const fly = (enters: boolean, comesBack: boolean) => {
    flying += enters ? 1 : -1;
    if (!comesBack) most.inFlight = Math.max(most.inFlight, flying);
  };
  return {
    room(mac, now, held) {
      const taken = used(now);
      const ahead = coming.size - (coming.has(mac) ? 1 : 0);
      const hourFull = taken + ahead >= hourlyCap;
      return {
        turn: (held || !hourFull) && flying + ahead < inFlight,
        hourly: {
          used: taken,
          cap: hourlyCap,
          freeAt: hourFull ? Math.min(answered.firstAt(), now) + HOUR_MS : null,
        },
        inFlight: { used: flying, cap: inFlight },
        ahead,
      };
    },
    take(now) {
      triggers.add(now, 0, 0, 0);
      most.hour = Math.max(most.hour, within(triggers, now));
    },
    keep(before, record) {
      if (isInFlight(before) !== isInFlight(record)) fly(isInFlight(record), before.state === 'blocked');
      if (before.attempts === record.attempts && before.state === record.state) return false;
      tokenChanges(before, record).forEach(move);
      return true;
    },
    wait(mac, rank) {
      if (waiting[mac] === 1) return;
      waiting[mac] = 1;
      inLine += 1;
      line.add(rank, 0, mac, 0);
    },
    call(now) {
      const free = Math.min(hourlyCap - used(now), inFlight - flying) - coming.size;
      const first = free > 0 ? line.next() : null;
      if (first === null) return null;
      waiting[first.mac] = 0;
      inLine -= 1;
      coming.add(first.mac);
      return first.mac;
    },
    arrived: (mac) => coming.delete(mac),
    freeAt: () => (inLine === 0 || answered.size() === 0 ? null : answered.firstAt() + HOUR_MS),
    most: () => ({ ...most }),
  };
}
