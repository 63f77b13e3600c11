import type { Capacity } from '../../domain/redistribution/evidence/evidence.js';
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
 * Limits and wait queue, with the rules of the limits in Redis: permits that count until one hour after the request to the CA, the
 * concurrency limit, and earliest expiry first. Waiting Macs are called when capacity is free instead of polling every half hour.
 */
export interface CapBook {
  /** `held`: the attempt already has a permit and only needs capacity under the concurrency limit. */
  room(mac: number, now: number, held: boolean): Capacity;
  take(now: number): void;
  /** Updates usage and permits for a change of a record, as the store does. Returns whether permits may have changed. */
  keep(before: Redistribution, record: Redistribution): boolean;
  /** Adds a Mac to the wait queue. */
  wait(mac: number, rank: number): void;
  /** Removes the first Mac from the wait queue if there is capacity. It keeps a reserved slot until `arrived`. */
  call(now: number): number | null;
  /** Releases the reserved slot of a Mac. Returns whether it had one. */
  arrived(mac: number): boolean;
  /** When the next permit becomes free; `null` when no Mac is waiting. */
  freeAt(): number | null;
  /** Largest number of permits taken within an hour, and of redistributions in progress at a trigger. */
  most(): { hour: number; inFlight: number };
}

/** Creates the limits and wait queue for a fleet, all unused. */
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
  /** A Mac that comes back online already has its command, so it counts as in progress again even beyond the limit. */
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
