import type { Evidence, Need } from '../../domain/redistribution/evidence/evidence.js';
import { HOUR_MS } from '../scenario.js';
import { attemptsSince, type Desk } from './desk.js';
import type { Open } from './fleet.js';

/** Evidence that needs no call to Jamf Pro. */
const OURS: ReadonlySet<Need['what']> = new Set(['attempts', 'room', 'token', 'breaker']);

/** Whether any of the needs requires a call to Jamf Pro. */
export function asksJamf(needs: readonly Need[]): boolean {
  return needs.some(({ what }) => !OURS.has(what));
}

/** Adds the evidence that a step requested to the evidence gathered so far. */
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
      return { room: caps.room(mac, now, hasPermit(open, need.attempt, now)) };
    case 'token': {
      const held = hasPermit(open, need.attempt, now);
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
    case 'cover':
      return jamf.read(mac, open, need);
    case 'breaker':
      return { breaker: null };
    case 'cycle-token':
      throw new RangeError('the simulation does not support cycle');
  }
}

/** Whether the attempt already has a permit: an attempt that was dropped before it was sent keeps its permit for an hour. */
function hasPermit({ token, record }: Open, attempt: number, now: number): boolean {
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
    cover: { ...all.cover, ...one.cover },
  };
}
