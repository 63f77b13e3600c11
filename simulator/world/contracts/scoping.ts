import type { ComputerGroup, Profile, SmartGroupCriterion } from '../model.js';

/** Which members to add to and take from a static group. */
export interface MembershipChange {
  add?: readonly number[];
  remove?: readonly number[];
}

/** Computer groups, static and smart. */
export interface Groups {
  all(): readonly ComputerGroup[];
  get(id: number): ComputerGroup | undefined;
  byName(name: string): ComputerGroup | undefined;
  /** Groups that a computer is a member of. */
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
   * Adds and removes members of a static group, all or nothing. Adding a member again is no change.
   * @throws WorldError not-found, smart-group, unknown-computer, unmanaged, not-a-member
   */
  changeMembers(id: number, change: MembershipChange): void;
  /** The members are now exactly these. @throws as changeMembers */
  replaceMembers(id: number, members: readonly number[]): void;
  /** @throws WorldError not-found */
  delete(id: number): void;
  /** Works out a smart group again; says how many members it has. @throws WorldError not-found */
  recalculate(id: number): number;
}

/** What may be said of a profile when it is created or changed. */
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
  /** @throws WorldError duplicate-name, invalid (payloads are no plist) */
  create(settings: ProfileSettings & { name: string }): Profile;
  /**
   * Changes what is given and nothing else; a changed scope sends commands to the Macs concerned,
   * changed payloads none (that takes `redeployAll`).
   * @throws WorldError not-found, duplicate-name, invalid
   */
  update(id: number, settings: ProfileSettings): Profile;
  /** RemoveProfile goes to all Macs in scope. @throws WorldError not-found */
  delete(id: number): void;
  /** Whether a computer is in the scope of a profile now. */
  inScope(profileId: number, computerId: number): boolean;
  /** Ids of all computers in scope now, managed or not. */
  scopeOf(profileId: number): ReadonlySet<number>;
  /** InstallProfile to the whole scope, as `redeploy_on_update=All`. Says to how many. @throws WorldError not-found */
  redeployAll(id: number): number;
  /** Puts another challenge into a SCEP profile, as an admin does after a reset. @throws WorldError not-found, invalid */
  setChallenge(id: number, challenge: string): void;
}
