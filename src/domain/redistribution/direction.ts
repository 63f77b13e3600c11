import type { WatchedProfile } from '../watched.js';
import type { Direction, GroupChange, GroupRole, Membership } from './record.js';

/** One of the two equivalent profiles. */
export type Side = 'blue' | 'green';

/**
 * Where a Mac stands. `blue`: in neither group. `green`: in both. `overlapping`: in join-green alone, so that both profiles are
 * meant to be on it. `neither`: in leave-blue alone, so that none is.
 */
export type Standing = 'blue' | 'green' | 'overlapping' | 'neither';

/** What membership in the two groups means. */
export function standingOf({ joinGreen, leaveBlue }: Membership): Standing {
  if (joinGreen) return leaveBlue ? 'green' : 'overlapping';
  return leaveBlue ? 'neither' : 'blue';
}

/** Which way a Mac goes from where it stands; `null` while it overlaps, which must be ended first. */
export function directionFrom(membership: Membership): Direction | null {
  switch (standingOf(membership)) {
    case 'blue':
    case 'neither':
      return 'to-green';
    case 'green':
      return 'to-blue';
    case 'overlapping':
      return null;
  }
}

/** The profile that a direction brings. */
export function targetOf(direction: Direction): Side {
  return direction === 'to-green' ? 'green' : 'blue';
}

/** Membership as inventory reports it. */
export function membershipIn(groupIds: readonly string[], { policy }: WatchedProfile): Membership {
  return {
    joinGreen: groupIds.includes(policy.overlap.joinGreen),
    leaveBlue: groupIds.includes(policy.overlap.leaveBlue),
  };
}

/** The write that brings the new profile. */
export function triggerChange(direction: Direction): GroupChange {
  return direction === 'to-green' ? { group: 'joinGreen', op: 'add' } : { group: 'leaveBlue', op: 'remove' };
}

/** The write that drops the old profile after the proof. */
export function finishChange(direction: Direction): GroupChange {
  return direction === 'to-green' ? { group: 'leaveBlue', op: 'add' } : { group: 'joinGreen', op: 'remove' };
}

/** The write that takes another one back. */
export function reverseOf({ group, op }: GroupChange): GroupChange {
  return { group, op: op === 'add' ? 'remove' : 'add' };
}

/** Whether a membership is what a change wanted. */
export function isDone(change: GroupChange, member: boolean): boolean {
  return member === (change.op === 'add');
}

/** Id in Jamf of a group. */
export function groupIdOf(role: GroupRole, { policy }: WatchedProfile): string {
  return policy.overlap[role];
}

/** What is going to be done, for a person. */
export function planOf(direction: Direction | null, watched: WatchedProfile): string {
  const { blue, green, policy } = watched;
  const settle = `after the proof and the settle time`;
  switch (direction) {
    case 'to-green':
      return `add the Mac to static group ${policy.overlap.joinGreen}, so that Jamf installs profile ${nameOf(green)}; ${settle} add it to ${policy.overlap.leaveBlue}, so that ${nameOf(blue)} goes`;
    case 'to-blue':
      return `remove the Mac from static group ${policy.overlap.leaveBlue}, so that Jamf installs profile ${nameOf(blue)}; ${settle} remove it from ${policy.overlap.joinGreen}, so that ${nameOf(green)} goes`;
    case null:
      return `the Mac is in static group ${policy.overlap.joinGreen} alone: finish what is under way, or drop the older of the two profiles, then redistribute`;
  }
}

function nameOf({ id, name }: { id: string; name: string }): string {
  return name === '' ? id : `${id} (${name})`;
}
