/** Groups, scopes and profiles. */

/** A criterion of a smart group with the names of Jamf Pro. */
export interface SmartGroupCriterion {
  name: string;
  priority: number;
  andOr: 'and' | 'or';
  searchType: string;
  value: string;
}

/** A computer group. The members of a smart group are derived from its criteria. */
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
  /** IDs in `World.departments`. */
  departments: number[];
  /** IDs in `World.buildings`. */
  buildings: number[];
}

/** The scope of a profile: all computers or the targets, without the exclusions. */
export interface Scope extends ScopeTargets {
  allComputers: boolean;
  exclusions: ScopeTargets;
}

/** Settings of a SCEP payload. The challenge is in clear text, as in Jamf Pro. */
export interface ScepSettings {
  url: string;
  name: string;
  /** Subject template with Jamf Pro payload variables, such as `CN=$SERIALNUMBER`. */
  subject: string;
  challenge: string;
  keySize: number;
}

/** A macOS configuration profile. */
export interface Profile {
  readonly id: number;
  name: string;
  description: string;
  /** Level as the Classic API returns it. It is written as `Computer` or `User`. */
  level: 'System' | 'User';
  distributionMethod: 'Install Automatically' | 'Make Available in Self Service';
  userRemovable: boolean;
  /** UUID of the profile, also its PayloadIdentifier and PayloadUUID. */
  uuid: string;
  /** The property list, not escaped. */
  payloads: string;
  /** Settings of the SCEP payload; `null` if there is none. */
  scep: ScepSettings | null;
  /** Redistribute Profile setting of Jamf Pro, in days; 0 is off. No API returns it for macOS profiles. */
  redistributeDays: number;
  scope: Scope;
}
