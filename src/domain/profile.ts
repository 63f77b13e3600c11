import type { ScepSettings } from './scep.js';

/** Whom a scope names, all by Jamf ids: of departments and buildings, too, inventory reports only ids. */
export interface ScopeTargets {
  computerIds: readonly string[];
  groupIds: readonly string[];
  departments: readonly string[];
  buildings: readonly string[];
}

/** A macOS configuration profile as far as it concerns us: never its payload, which holds the SCEP challenge. */
export interface Profile {
  id: string;
  name: string;
  /** Identifier of the profile on the Mac; Jamf uses its uuid. */
  identifier: string;
  /** Read as `System` or `User`. */
  level: 'System' | 'User';
  scope: ScopeTargets & { allComputers: boolean; exclusions: ScopeTargets };
}

/** What the audit looks at beside: what is installed how, and the SCEP payloads without their challenge. */
export interface ProfileDetails extends Profile {
  install: 'automatic' | 'self-service';
  /** What else decides who gets it, and cannot be told of a Mac: by what its scope is limited, and whether users are among its targets. */
  unseenScope: { limitedBy: readonly string[]; users: boolean };
  /** `null` when the payloads are no property list that can be read. */
  scep: readonly ScepSettings[] | null;
}

/** A computer group with its members. */
export interface ComputerGroup {
  id: string;
  name: string;
  smart: boolean;
  computerIds: readonly string[];
}

/** The state of an MDM command as Jamf answers it. */
export type MdmCommandState = 'PENDING' | 'ACKNOWLEDGED' | 'NOT_NOW' | 'ERROR' | 'COMMAND_FORMAT_ERROR';

/** One MDM command for one Mac. */
export interface MdmCommand {
  uuid: string;
  /** INSTALL_PROFILE, REMOVE_PROFILE and others; the specification's list is not complete. */
  type: string;
  profileId: string | null;
  state: MdmCommandState;
  sentAt: number;
  completedAt: number | null;
  /** What the Mac said, `''` when it said nothing. */
  error: string;
}
