import { subjectOf, type SubjectFacts } from '../audit/subject.js';
import type { KnownComputer } from '../known.js';
import type { Profile } from '../profile.js';
import type { RedistributionPolicy, WatchedProfile } from '../watched.js';
import { directionFrom, membershipIn, profileAt, type Side, standingOf, targetOf } from './direction.js';
import type { Mechanism } from './record.js';

/** The fields of a Mac on which its subject depends. `profiles`: the profiles on the Mac. */
export type SubjectMac = SubjectFacts & Pick<KnownComputer, 'groupIds' | 'profiles'>;

/** A subject that a Mac cannot request, because one of its attributes is longer than X.509 allows. */
export interface TooLong {
  mechanism: Mechanism;
  /** The profile whose subject is too long; `null` when there is only one profile. */
  side: Side | null;
  profileId: string;
  /** The attribute, its length in characters, and the maximum. */
  type: string;
  length: number;
  most: number;
  /** Part of a sentence: lower-case start, no full stop. */
  text: string;
}

/** Mechanisms that can renew any Mac, the usual one first. `unstick` is absent, because it only repeats a failed installation. */
const ROUTES: readonly Mechanism[] = ['overlap', 'native', 'cycle'];

/** Returns the configured mechanisms that can renew a Mac without a failed installation, the usual one first. */
export function routesOf({ mechanisms }: Pick<RedistributionPolicy, 'mechanisms'>): readonly Mechanism[] {
  const routes = ROUTES.filter((one) => mechanisms.includes(one));
  return routes.length === 0 ? mechanisms : routes;
}

/**
 * Returns why every renewal of a Mac must fail because of its subject; `null` when at least one mechanism may succeed, or when the length
 * is not known. The forecast, manual requests and the worker all use this function.
 * @param mechanisms the mechanisms that may be used
 */
export function subjectTooLong(
  watched: WatchedProfile,
  mac: SubjectMac,
  mechanisms: readonly Mechanism[] = routesOf(watched.policy),
): TooLong | null {
  const found = mechanisms.map((mechanism) => {
    const side = sideOf(mechanism, watched, mac);
    return side === null ? null : tooLongWith(mechanism, side, watched, mac);
  });
  return found.includes(null) ? null : (found[0] ?? null);
}

/** Returns why the subject is too long when a mechanism installs the profile of one side; `null` when it is not too long, or not known. */
export function tooLongWith(
  mechanism: Mechanism,
  side: Side,
  watched: WatchedProfile,
  mac: SubjectMac,
): TooLong | null {
  const profile = profileAt(watched, side);
  const { subject } = profile;
  if (subject === undefined) return null;
  const again = isSentAgain(mechanism, profile, mac);
  const [first] = subjectOf({ attributes: subject }, profile, mac, again).tooLong;
  if (first === undefined) return null;
  const half = watched.green === null ? null : side;
  const { id: profileId, name } = profile;
  const names = [name, half, `mechanism ${mechanism}`].filter(Boolean).join(', ');
  const { type, length, most } = first;
  const text = `the subject of profile ${profileId} (${names}) is too long for this Mac: ${type} has ${length} characters, at most ${most} are allowed`;
  return { mechanism, side: half, profileId, type, length, most, text };
}

/** Whether Jamf Pro sends the profile to a Mac that already has it. Jamf Pro then adds the identifier to the subject. */
function isSentAgain(mechanism: Mechanism, { id }: Pick<Profile, 'id'>, { profiles }: SubjectMac): boolean {
  if (mechanism === 'unstick') return profiles.some((one) => one.id === id);
  return mechanism === 'native';
}

/**
 * Returns the profile that a mechanism would install, according to the groups of the Mac in inventory; `null` if the profile is not
 * known.
 */
function sideOf(mechanism: Mechanism, watched: WatchedProfile, { groupIds }: SubjectMac): Side | null {
  const membership = membershipIn(groupIds, watched);
  if (mechanism === 'overlap') {
    const direction = directionFrom(membership);
    return direction === null ? null : targetOf(direction);
  }
  const standing = standingOf(membership);
  return standing === 'blue' || standing === 'green' ? standing : null;
}
