import type { ComputerGroup, Profile, SmartGroupCriterion } from '../model.js';

/** Computer IDs to add to and to remove from a static group. */
export interface MembershipChange {
  add?: readonly number[];
  remove?: readonly number[];
}

/** Computer groups, static and smart. */
export interface Groups {
  all(): readonly ComputerGroup[];
  get(id: number): ComputerGroup | undefined;
  byName(name: string): ComputerGroup | undefined;
  /** Returns the groups of which the computer is a member. */
  ofComputer(id: number): ComputerGroup[];
  /** @throws WorldError duplicate-name, unknown-computer, unmanaged */
  createStatic(input: { name: string; description?: string; members?: readonly number[] }): ComputerGroup;
  /** @throws WorldError duplicate-name */
  createSmart(input: {
    name: string;
    description?: string;
    criteria: readonly SmartGroupCriterion[];
  }): ComputerGroup;
  /** @throws WorldError not-found, duplicate-name */
  rename(id: number, name: string, description?: string): void;
  /**
   * Adds and removes members of a static group. If a part of the change is refused, nothing is changed. Adding an
   * existing member has no effect.
   * @throws WorldError not-found, smart-group, unknown-computer, unmanaged, not-a-member
   */
  changeMembers(id: number, change: MembershipChange): void;
  /** Replaces the list of members. @throws WorldError in the same cases as `changeMembers` */
  replaceMembers(id: number, members: readonly number[]): void;
  /** @throws WorldError not-found */
  delete(id: number): void;
  /** Evaluates a smart group again and returns its number of members. @throws WorldError not-found */
  recalculate(id: number): number;
}

/** Settings of a profile that can be created or changed. */
export type ProfileSettings = Partial<
  Pick<
    Profile,
    | 'name'
    | 'description'
    | 'level'
    | 'distributionMethod'
    | 'userRemovable'
    | 'uuid'
    | 'payloads'
    | 'redistributeDays'
    | 'scope'
  >
>;

/** macOS configuration profiles. */
export interface Profiles {
  all(): readonly Profile[];
  get(id: number): Profile | undefined;
  byName(name: string): Profile | undefined;
  /** @throws WorldError duplicate-name, or invalid if the payloads are not a property list */
  create(settings: ProfileSettings & { name: string }): Profile;
  /**
   * Changes the given settings only. A changed scope sends commands to the affected Macs. Changed payloads send none: use
   * `redeployAll`.
   * @throws WorldError not-found, duplicate-name, invalid
   */
  update(id: number, settings: ProfileSettings): Profile;
  /** Deletes a profile and sends RemoveProfile to all Macs in scope. @throws WorldError not-found */
  delete(id: number): void;
  /** Whether a computer is in the scope of a profile. */
  inScope(profileId: number, computerId: number): boolean;
  /** Returns the IDs of all computers in scope, managed or not. */
  scopeOf(profileId: number): ReadonlySet<number>;
  /** Sends InstallProfile to the whole scope, as `redeploy_on_update=All` does, and returns the number. @throws WorldError not-found */
  redeployAll(id: number): number;
  /** Changes the challenge of a SCEP profile, as an administrator does after a reset. @throws WorldError not-found, invalid */
  setChallenge(id: number, challenge: string): void;
}
