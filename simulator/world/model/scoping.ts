/** Groups, scopes and profiles. */

/** A criterion of a smart group, in Jamf's words. */
export interface SmartGroupCriterion {
  name: string;
  priority: number;
  andOr: 'and' | 'or';
  searchType: string;
  value: string;
}

/** A computer group. Members of a smart group follow from its criteria. */
export interface ComputerGroup {
  readonly id: number;
  name: string;
  description: string;
  readonly smart: boolean;
  readonly criteria: readonly SmartGroupCriterion[];
  readonly members: ReadonlySet<number>;
}

/** Targets or exclusions of a profile. */
export interface ScopeTargets {
  computers: number[];
  computerGroups: number[];
  /** Ids of `World.departments`. */
  departments: number[];
  /** Ids of `World.buildings`. */
  buildings: number[];
}

/** The scope of a profile: all or targets, less the exclusions. */
export interface Scope extends ScopeTargets {
  allComputers: boolean;
  exclusions: ScopeTargets;
}

/** What a SCEP payload says; the challenge stands in it in clear, as in the real one. */
export interface ScepSettings {
  url: string;
  name: string;
  /** `CN=…` with Jamf's variables in it. */
  subject: string;
  challenge: string;
  keySize: number;
}

/** A macOS configuration profile. */
export interface Profile {
  readonly id: number;
  name: string;
  description: string;
  /** As Jamf reads it back; it is written `Computer` or `User`. */
  level: 'System' | 'User';
  distributionMethod: 'Install Automatically' | 'Make Available in Self Service';
  userRemovable: boolean;
  /** The profile's uuid, also its PayloadIdentifier and PayloadUUID. */
  uuid: string;
  /** The plist, not escaped. */
  payloads: string;
  /** What its SCEP payload says, if it has one. */
  scep: ScepSettings | null;
  /** Jamf's own Redistribute Profile, in days; 0 is off. No API shows it for macOS. */
  redistributeDays: number;
  scope: Scope;
}
