import type { Profile } from '../profile.js';
import type { OverlapPolicy, RedistributionPolicy, WatchedProfile } from '../watched.js';
import type { Direction, GroupChange, GroupRole, Lease, Mechanism, Membership } from './record.js';

/** One of the two equivalent profiles of a watched profile. */
export type Side = 'blue' | 'green';

/**
 * Which profiles a Mac should have, according to its group membership. `blue`: in neither group. `green`: in both
 * groups. `overlapping`: only in join-green, so it should have both profiles. `neither`: only in leave-blue, so it
 * should have none.
 */
export type Standing = 'blue' | 'green' | 'overlapping' | 'neither';

/** Returns which profiles a Mac should have, according to its membership in the two groups. */
export function standingOf({ joinGreen, leaveBlue }: Membership): Standing {
  if (joinGreen) return leaveBlue ? 'green' : 'overlapping';
  return leaveBlue ? 'neither' : 'blue';
}

/**
 * Returns the direction of the next redistribution; `null` while the Mac has both profiles, because one of them
 * must be removed first.
 */
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

/** Returns the profile that a redistribution in this direction installs. */
export function targetOf(direction: Direction): Side {
  return direction === 'to-green' ? 'green' : 'blue';
}

/** Returns the direction of the redistribution that installs a profile. */
export function directionTo(side: Side): Direction {
  return side === 'green' ? 'to-green' : 'to-blue';
}

/** Returns the profiles that a Mac can have: one, or two with `overlap`. */
export function sidesOf({ green }: Pick<WatchedProfile, 'green'>): readonly Side[] {
  return green === null ? ['blue'] : ['blue', 'green'];
}

/**
 * Returns the blue or the green profile.
 * @throws RangeError when there is no second profile, which is a programming error.
 */
export function profileAt({ blue, green }: Pick<WatchedProfile, 'blue' | 'green'>, side: Side): Profile {
  const profile = side === 'blue' ? blue : green;
  if (profile === null) throw new RangeError('there is no second profile');
  return profile;
}

/**
 * Returns the settings of the mechanism `overlap`.
 * @throws RangeError when there is no second profile, which is a programming error: `step` ends a redistribution that
 * was begun with two profiles before it reads these settings.
 */
export function overlapOf({ overlap }: Pick<RedistributionPolicy, 'overlap'>): OverlapPolicy {
  if (overlap === undefined) throw new RangeError('there is no second profile');
  return overlap;
}

/**
 * Returns the membership of a Mac in the two groups according to inventory. If there is only one profile, the result is
 * the membership of a Mac with blue.
 */
export function membershipIn(groupIds: readonly string[], { policy }: WatchedProfile): Membership {
  const { overlap } = policy;
  if (overlap === undefined) return { joinGreen: false, leaveBlue: false };
  return { joinGreen: groupIds.includes(overlap.joinGreen), leaveBlue: groupIds.includes(overlap.leaveBlue) };
}

/** Returns the group change after which Jamf Pro installs the new profile. */
export function triggerChange(direction: Direction): GroupChange {
  return direction === 'to-green' ? { group: 'joinGreen', op: 'add' } : { group: 'leaveBlue', op: 'remove' };
}

/**
 * Returns the group change after which Jamf Pro removes the old profile. Recert makes it after the renewal is verified.
 */
export function finishChange(direction: Direction): GroupChange {
  return direction === 'to-green' ? { group: 'leaveBlue', op: 'add' } : { group: 'joinGreen', op: 'remove' };
}

/** Returns the group change that reverts the given change. */
export function reverseOf({ group, op }: GroupChange): GroupChange {
  return { group, op: op === 'add' ? 'remove' : 'add' };
}

/** Whether the membership is already the result of the group change. */
export function isDone(change: GroupChange, member: boolean): boolean {
  return member === (change.op === 'add');
}

/**
 * Returns the Jamf Pro ID of a group. For the exclusion group, the ID in the lease takes precedence, because the
 * configuration may have changed since.
 * @throws RangeError when there is no exclusion group. This is a programming error: calling code checks for
 * `cycle` first.
 */
export function groupIdOf(role: GroupRole, { policy }: WatchedProfile, lease: Lease | null): string {
  if (role !== 'exclude') return overlapOf(policy)[role];
  const groupId = lease?.groupId ?? policy.cycle?.exclude;
  if (groupId === undefined) throw new RangeError('there is no exclusion group');
  return groupId;
}

/** Returns the plan of a redistribution for display, as part of a sentence: lower-case start, no full stop. */
export function planOf(
  direction: Direction | null,
  watched: WatchedProfile,
  mechanism: Mechanism = watched.green === null ? 'native' : 'overlap',
): string {
  const { blue, green, policy } = watched;
  if (green === null) return stayingPlan(mechanism === 'overlap' ? 'native' : mechanism, blue, policy);
  if (mechanism !== 'overlap' && direction !== null)
    return stayingPlan(mechanism, profileAt(watched, targetOf(direction)), policy);
  const { joinGreen, leaveBlue } = overlapOf(policy);
  const settle = 'after verification and the settle time';
  switch (direction) {
    case 'to-green':
      return `add the Mac to static group ${joinGreen}, so that Jamf Pro installs profile ${nameOf(green)}; ${settle} add it to ${leaveBlue}, so that ${nameOf(blue)} is removed`;
    case 'to-blue':
      return `remove the Mac from static group ${leaveBlue}, so that Jamf Pro installs profile ${nameOf(blue)}; ${settle} remove it from ${joinGreen}, so that ${nameOf(green)} is removed`;
    case null:
      return `the Mac is in static group ${joinGreen} but not in ${leaveBlue}, so it has both profiles; wait until the redistribution in progress has ended, or remove the older profile and redistribute again`;
  }
}

function stayingPlan(
  mechanism: Exclude<Mechanism, 'overlap'>,
  profile: Profile,
  { cycle }: RedistributionPolicy,
): string {
  if (mechanism === 'native')
    return `wait until the Redistribute Profile setting of Jamf Pro has sent profile ${nameOf(profile)} again, and verify the new certificate`;
  return mechanism === 'unstick'
    ? `clear the failed commands of the Mac and send a blank push, so that Jamf Pro sends profile ${nameOf(profile)} again`
    : `add the Mac to exclusion group ${cycle?.exclude ?? '?'}, so that Jamf Pro removes profile ${nameOf(profile)}; then remove the Mac from the group, so that Jamf Pro installs the profile again`;
}

function nameOf({ id, name }: { id: string; name: string }): string {
  return name === '' ? id : `${id} (${name})`;
}
