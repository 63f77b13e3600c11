import type { Evidence, Need } from '../../domain/redistribution/evidence/evidence.js';
import { HOUR_MS } from '../scenario.js';
import { attemptsSince, type Desk } from './desk.js';
import type { Open } from './fleet.js';

/** Evidence that costs no call to Jamf. */
const OURS: ReadonlySet<Need['what']> = new Set(['attempts', 'room', 'token', 'breaker']);

/** Whether one of the needs costs a call to Jamf. */
export function asksJamf(needs: readonly Need[]): boolean {
  return needs.some(({ what }) => !OURS.has(what));
}

/** Gets the evidence that a step asked for, beside what it has. */
export function obtain(
  desk: Desk,
  mac: number,
  { open, gathered, needs }: { open: Open; gathered: Partial<Evidence>; needs: readonly Need[] },
): Partial<Evidence> {
  return needs.reduce((all, need) => merge(all, obtainOne(desk, mac, open, need)), gathered);
}

function obtainOne(desk: Desk, mac: number, open: Open, need: Need): Partial<Evidence> {
  const { caps, jamf, world } = desk;
  const now = world.now();
  switch (need.what) {
    case 'attempts':
      return { attemptsUsed: attemptsSince(desk, mac, need.since) };
    case 'room':
      return { room: caps.room(mac, now, isHeld(open, need.attempt, now)) };
    case 'token': {
      const held = isHeld(open, need.attempt, now);
      const room = caps.room(mac, now, held);
      if (!room.turn) return { token: { granted: false, room } };
      if (held) return { token: { granted: true } };
      caps.take(now);
      open.token = { attempt: need.attempt, at: now };
      return { token: { granted: true } };
    }
    case 'membership':
    case 'commands':
    case 'failure-text':
      return jamf.read(mac, open, need);
    case 'breaker':
      return { breaker: null };
    case 'cycle-token':
      throw new RangeError('a year of cycle is not simulated');
  }
}

/** An attempt that was never made keeps its token for an hour. */
function isHeld({ token, record }: Open, attempt: number, now: number): boolean {
  return (
    token !== null &&
    token.attempt === attempt &&
    now - token.at < HOUR_MS &&
    record.attempts.length < attempt
  );
}

function merge(all: Partial<Evidence>, one: Partial<Evidence>): Partial<Evidence> {
  return {
    ...all,
    ...one,
    membership: { ...all.membership, ...one.membership },
    commands: { ...all.commands, ...one.commands },
  };
}
