import type { WatchedProfile } from '../watched.js';
import type { Direction, GroupChange, GroupRole, Lease, Mechanism, Membership } from './record.js';

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

/** The direction that brings a profile. */
export function directionTo(side: Side): Direction {
  return side === 'green' ? 'to-green' : 'to-blue';
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

/**
 * Id in Jamf of a group. That of a lease counts before that of the configuration, which may have changed meanwhile.
 *
 * @throws RangeError when there is no exclusion group: a mistake of ours, it is asked for only where there is one.
 */
export function groupIdOf(role: GroupRole, { policy }: WatchedProfile, lease: Lease | null): string {
  if (role !== 'exclude') return policy.overlap[role];
  const groupId = lease?.groupId ?? policy.cycle?.exclude;
  if (groupId === undefined) throw new RangeError('there is no exclusion group');
  return groupId;
}

/** What is going to be done, for a person. */
export function planOf(
  direction: Direction | null,
  watched: WatchedProfile,
  mechanism: Mechanism = 'overlap',
): string {
  const { blue, green, policy } = watched;
  if (mechanism !== 'overlap' && direction !== null)
    return stayingPlan(mechanism, watched[targetOf(direction)], policy.cycle?.exclude ?? '?');
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

function stayingPlan(
  mechanism: Exclude<Mechanism, 'overlap'>,
  profile: WatchedProfile['blue'],
  exclude: string,
): string {
  return mechanism === 'unstick'
    ? `flush the failed commands of the Mac and wake it, so that Jamf sends profile ${nameOf(profile)} again`
    : `add the Mac to exclusion group ${exclude}, so that profile ${nameOf(profile)} goes; take it out again, so that Jamf installs it`;
}

function nameOf({ id, name }: { id: string; name: string }): string {
  return name === '' ? id : `${id} (${name})`;
}
