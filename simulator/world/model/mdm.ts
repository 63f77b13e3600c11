/** MDM commands, and the log of the CA. Instants are epoch milliseconds, `…At`. */

export type CommandType =
  | 'INSTALL_PROFILE'
  | 'REMOVE_PROFILE'
  | 'CERTIFICATE_LIST'
  | 'PROFILE_LIST'
  | 'DEVICE_INFORMATION'
  | 'DECLARATIVE_MANAGEMENT'
  | 'BLANK_PUSH'
  | (string & {});

export type CommandState = 'PENDING' | 'ACKNOWLEDGED' | 'NOT_NOW' | 'ERROR';

export interface CommandError {
  errorCode: number;
  errorDomain: string;
  errorLocalizedDescription: string;
  errorEnglishDescription: string;
}

/** An MDM command in the queue or in the history of a Mac. */
export interface Command {
  readonly uuid: string;
  /** Counts up in the order of sending. */
  readonly number: number;
  readonly type: CommandType;
  readonly computerId: number;
  readonly managementId: string;
  readonly profileId: number | null;
  readonly sentAt: number;
  /** True when the Mac had the profile already: Jamf then adds the identifier to the subject. */
  readonly redistribution: boolean;
  lastPushAt: number;
  completedAt: number | null;
  state: CommandState;
  error: CommandError | null;
}

/** Commands of one Mac as the computer history groups them. */
export interface CommandHistory {
  completed: Command[];
  pending: Command[];
  failed: Command[];
}

/** `lost`: issued, and the Mac never got it. */
export type IssuanceOutcome =
  'issued' | 'lost' | 'rate-limited' | 'wrong-challenge' | 'subject-too-long' | 'renewal-refused' | 'failed';

/** A line in the log of the CA. */
export interface Issuance {
  at: number;
  outcome: IssuanceOutcome;
  computerId: number;
  profileId: number;
  subject: string;
  /** Of the issued certificate, a lost one included, else null. */
  serialNumber: string | null;
  notAfterAt: number | null;
}
