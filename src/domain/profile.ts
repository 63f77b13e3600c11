import type { ScepSettings } from './scep.js';

/**
 * Targets or exclusions of a scope, all as Jamf Pro IDs, because inventory reports only the IDs of departments and
 * buildings.
 */
export interface ScopeTargets {
  computerIds: readonly string[];
  groupIds: readonly string[];
  departments: readonly string[];
  buildings: readonly string[];
}

/** A macOS configuration profile without its payload, which contains the SCEP challenge. */
export interface Profile {
  id: string;
  name: string;
  /** Identifier of the profile on the Mac: the UUID of the profile, or the identifier that an uploaded profile had. */
  identifier: string;
  level: 'System' | 'User';
  scope: ScopeTargets & { allComputers: boolean; exclusions: ScopeTargets };
  /** Subject of the first SCEP payload, with its variables. Absent when it is not known. */
  subject?: ScepSettings['attributes'] | undefined;
  /**
   * `RedeployProfileBeforeCertificateExpiresInDays` of the first SCEP payload: how many days before the expiry Jamf Pro
   * sends the profile again. Absent when the payload does not contain this key.
   */
  redistributeDays?: number | undefined;
  /**
   * When Recert found that the scope has no targets any more, epoch milliseconds. `scope` is then the last known scope
   * until the empty scope is confirmed.
   */
  scopeEmptySince?: number | undefined;
  /** Target groups that have lost all members; absent when there are none. */
  emptiedGroups?: EmptiedGroups | undefined;
}

/**
 * Target groups of a scope that have lost all members. Recert continues to treat the previous members as members until
 * a person or a later read confirms the loss (`isAccepted`). `since`: when Recert found the loss, epoch milliseconds.
 */
export interface EmptiedGroups {
  ids: readonly string[];
  since: number;
  isAccepted: boolean;
}

/**
 * A profile with the additional data that the profile check needs: the distribution method, and the SCEP payloads
 * without their challenge.
 */
export interface ProfileDetails extends Profile {
  install: 'automatic' | 'self-service';
  /**
   * Parts of the scope that cannot be evaluated from inventory: types of limitations, and whether users are among
   * the targets.
   */
  unseenScope: { limitedBy: readonly string[]; users: boolean };
  /** Settings of the SCEP payloads; `null` when the payloads cannot be parsed as a property list. */
  scep: readonly ScepSettings[] | null;
  /** The certificates in the certificate payloads of the profile; absent when the payloads were not read. */
  anchors?: readonly Anchor[] | undefined;
  /** Whether an identity preference refers to the certificate of a SCEP payload; absent when the payloads were not read. */
  identityPreference?: boolean | undefined;
}

/** A certificate: its subject, and its SHA-256 fingerprint. */
export interface Anchor {
  subject: string;
  fingerprint: string;
}

/** A computer group in Jamf Pro with its members. */
export interface ComputerGroup {
  id: string;
  name: string;
  smart: boolean;
  computerIds: readonly string[];
}

/** The state of an MDM command as Jamf Pro reports it. */
export type MdmCommandState = 'PENDING' | 'ACKNOWLEDGED' | 'NOT_NOW' | 'ERROR' | 'COMMAND_FORMAT_ERROR';

/** An MDM command that Jamf Pro sent, or will send, to one Mac. */
export interface MdmCommand {
  uuid: string;
  /** INSTALL_PROFILE, REMOVE_PROFILE or another type. The list in the API specification of Jamf is not complete. */
  type: string;
  profileId: string | null;
  state: MdmCommandState;
  sentAt: number;
  completedAt: number | null;
  /** Error that the Mac reported; `''` when it reported none. */
  error: string;
}

/** Returns a clause without a full stop that says that Jamf Pro does not have a configured profile. */
export function noSuchProfile(ids: readonly string[]): string {
  return `Jamf Pro has no configuration profile with the ID ${ids.join(' or ')}`;
}
