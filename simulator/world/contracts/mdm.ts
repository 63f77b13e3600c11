import type { Command, CommandHistory, CommandType, Issuance } from '../model.js';

/** The MDM command queue and its history. */
export interface Commands {
  /** All, by the time they were sent; do not change the array. */
  all(): readonly Command[];
  get(uuid: string): Command | undefined;
  ofManagementId(managementId: string): readonly Command[];
  ofComputer(computerId: number): readonly Command[];
  ofProfile(profileId: number): readonly Command[];
  history(computerId: number): CommandHistory;
  /** Puts a command into the queue of a Mac. @throws WorldError unknown-computer, unmanaged */
  send(managementId: string, type: CommandType): Command;
  /** Wakes the queues; answers the management ids that are not known. */
  blankPush(managementIds: readonly string[]): string[];
  /** Flushes commands of a computer, of any kind. Says how many. @throws WorldError unknown-computer */
  flush(computerId: number, what: { pending?: boolean; failed?: boolean }): number;
}

/** The certificate authority behind the Okta SCEP profiles. */
export interface CertificateAuthority {
  /** The log since the start, oldest first. */
  log(): readonly Issuance[];
  /** Certificates issued since the start, by computer id: the oracle of every end-to-end test. */
  issuedByComputer(): ReadonlyMap<number, number>;
  /** The text of GetCACaps. */
  caps(): string;
  /** The CA's own certificate, DER. */
  caCertificate(): Promise<Uint8Array>;
  /** DER of a certificate by serial number (hex), those of the initial fleet included. */
  certificate(serialNumber: string): Promise<Uint8Array | undefined>;
  /** Somebody sent a renewal request; it is logged, and never granted. */
  refuseRenewal(serialNumber: string): void;
  /** The path of the SCEP endpoint, `/pki/<40 hex>/scep/<id>`. */
  readonly scepPath: string;
  /** The secret now valid. */
  readonly challenge: string;
  /** Resets the secret: profiles that carry the old one fail to enrol. Returns the new one. */
  resetChallenge(): string;
}
