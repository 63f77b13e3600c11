import type { Room } from '../../redistribution/evidence.js';
import type { RedistributionPolicy } from '../../watched.js';
import { createEvents } from '../events.js';
import { HOUR_MS } from '../scenario.js';

/**
 * The caps and the line of those that wait for room, by the rules of the limits in Redis: tokens in a sliding hour, redistributions in
 * flight, the earliest expiry first. Whoever waits is called when there is room, instead of asking every half hour.
 */
export interface CapBook {
  room(mac: number, now: number): Room;
  take(now: number): void;
  enter(): void;
  leave(): void;
  /** Puts a Mac into the line. */
  wait(mac: number, rank: number): void;
  /** Takes out of the line whoever is first while there is room; it counts as coming until `arrived`. */
  call(now: number): number | null;
  /** Whether it was coming. */
  arrived(mac: number): boolean;
  /** When the next token is free again; `null` when nobody waits for one. */
  freeAt(): number | null;
  /** Most tokens that were ever taken within an hour, and most in flight. */
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
  const tokens: number[] = [];
  const most = { hour: 0, inFlight: 0 };
  let oldest = 0;
  let inLine = 0;
  let flying = 0;

  const used = (now: number): number => {
    while (oldest < tokens.length && (tokens[oldest] ?? now) <= now - HOUR_MS) oldest += 1;
    return tokens.length - oldest;
  };
  return {
    room(mac, now) {
      const taken = used(now);
      const ahead = coming.size - (coming.has(mac) ? 1 : 0);
      const hourFull = taken + ahead >= hourlyCap;
      return {
        turn: !hourFull && flying + ahead < inFlight,
        hourly: {
          used: taken,
          cap: hourlyCap,
          freeAt: hourFull ? (tokens[oldest] ?? now) + HOUR_MS : null,
        },
        inFlight: { used: flying, cap: inFlight },
        ahead,
      };
    },
    take(now) {
      tokens.push(now);
      most.hour = Math.max(most.hour, used(now));
    },
    enter() {
      flying += 1;
      most.inFlight = Math.max(most.inFlight, flying);
    },
    leave: () => void (flying -= 1),
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
    freeAt: () => (inLine === 0 || oldest >= tokens.length ? null : (tokens[oldest] ?? 0) + HOUR_MS),
    most: () => ({ ...most }),
  };
}
