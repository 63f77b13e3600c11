/** MDM commands and the log of the CA. Times are epoch milliseconds (`…At`). */

export type CommandType =
  | 'INSTALL_PROFILE'
  | 'REMOVE_PROFILE'
  | 'CERTIFICATE_LIST'
  | 'PROFILE_LIST'
  | 'DEVICE_INFORMATION'
  | 'DECLARATIVE_MANAGEMENT'
  | 'BLANK_PUSH'
  | (string & {});

/** State of a command with the names of the Jamf Pro API. */
export type CommandState = 'PENDING' | 'ACKNOWLEDGED' | 'NOT_NOW' | 'ERROR';

/** The error that a Mac reports for a command, in the shape of the Jamf Pro API. */
export interface CommandError {
  errorCode: number;
  errorDomain: string;
  errorLocalizedDescription: string;
  errorEnglishDescription: string;
}

/** An MDM command in the queue or in the history of a Mac. */
export interface Command {
  readonly uuid: string;
  /** Sequence number in the order of sending. */
  readonly number: number;
  readonly type: CommandType;
  readonly computerId: number;
  readonly managementId: string;
  readonly profileId: number | null;
  readonly sentAt: number;
  /** True if the Mac already had the profile. Jamf Pro then adds the profile identifier to the subject. */
  readonly redistribution: boolean;
  lastPushAt: number;
  completedAt: number | null;
  state: CommandState;
  error: CommandError | null;
}

/** Commands of a Mac, grouped as in the computer history. */
export interface CommandHistory {
  completed: Command[];
  pending: Command[];
  failed: Command[];
}

/** A managed certificate in the declarative status of a Mac. */
export interface StatusEntry {
  readonly identifier: string;
  readonly subjectSummary: string;
  /** `null`: the entry was removed. */
  readonly serialNumber: string | null;
}

/** The last declarative status report of a Mac. */
export interface StatusReport {
  readonly at: number;
  readonly entries: readonly StatusEntry[];
  /** Entries that changed since the previous report. */
  readonly changes: readonly StatusEntry[];
  readonly previous: { readonly at: number; readonly entries: readonly StatusEntry[] } | null;
}

/** Result of a certificate request. `lost`: the CA issued a certificate that did not reach the Mac. */
export type IssuanceOutcome =
  'issued' | 'lost' | 'rate-limited' | 'wrong-challenge' | 'subject-too-long' | 'renewal-refused' | 'failed';

/** An entry in the log of the CA. */
export interface Issuance {
  at: number;
  outcome: IssuanceOutcome;
  computerId: number;
  profileId: number;
  subject: string;
  /** Serial number if a certificate was issued, including a lost certificate; otherwise `null`. */
  serialNumber: string | null;
  notAfterAt: number | null;
}
