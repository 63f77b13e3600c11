import type { KeyObject } from 'node:crypto';
import type { Command, CommandHistory, CommandType, Issuance } from '../model.js';

/** MDM commands: the queues of all Macs and their history. */
export interface Commands {
  /** All commands in the order of sending. Do not change the array. */
  all(): readonly Command[];
  get(uuid: string): Command | undefined;
  ofManagementId(managementId: string): readonly Command[];
  ofComputer(computerId: number): readonly Command[];
  ofProfile(profileId: number): readonly Command[];
  history(computerId: number): CommandHistory;
  /** Adds a command to the queue of a Mac and sends a push. @throws WorldError unknown-computer, unmanaged */
  send(managementId: string, type: CommandType): Command;
  /** Sends a push to each Mac. Returns the management IDs that are unknown or unmanaged. */
  blankPush(managementIds: readonly string[]): string[];
  /** Deletes pending or failed commands of a computer and returns their number. @throws WorldError unknown-computer */
  flush(computerId: number, what: { pending?: boolean; failed?: boolean }): number;
}

/** The certificate authority behind the Okta SCEP profiles. */
export interface CertificateAuthority {
  /** Returns all certificate requests since the simulation started, oldest first. */
  log(): readonly Issuance[];
  /**
   * Returns the number of certificates issued since the simulation started, by computer ID. End-to-end tests use it.
   */
  issuedByComputer(): ReadonlyMap<number, number>;
  /** Returns the response text of GetCACaps. */
  caps(): string;
  /** Returns the CA certificate, DER. */
  caCertificate(): Promise<Uint8Array>;
  /** Returns the DER of a certificate by its serial number (hex), including the certificates of the initial fleet. */
  certificate(serialNumber: string): Promise<Uint8Array | undefined>;
  /** Logs a renewal request, which the CA always refuses. */
  refuseRenewal(serialNumber: string): void;
  /** The path of the SCEP endpoint, `/pki/<40 hex>/scep/<id>`. */
  readonly scepPath: string;
  /** The valid challenge. */
  readonly challenge: string;
  /** Replaces the challenge and returns it. Profiles with the old challenge can no longer request certificates. */
  resetChallenge(): string;
  /** Decimal serial numbers that the CA has revoked. */
  readonly revoked: ReadonlySet<string>;
  /** Revokes a certificate and writes the event to the System Log. @throws WorldError not-found */
  revoke(serialNumber: string): void;
  /** Writes the event of the first use of a certificate to the System Log. @throws WorldError not-found */
  bind(serialNumber: string): void;
  /** All generations of the CA, oldest first, including expired ones. */
  generations(): readonly CaGeneration[];
  /** Creates the next generation. The SCEP configuration issues from the previous one until `rollOver`. */
  renew(): void;
  /** Moves the SCEP configuration to the newest generation. The path and the challenge do not change. */
  rollOver(): void;
  /** The SCEP configuration behind `scepPath`. */
  configuration(): ScepConfiguration;
  /** System Log of the Okta organization, in the order in which its events were stored. */
  systemLog(): readonly OktaEvent[];
}

/** A generation of the CA: a key pair with its certificate. `keyId` is its key identifier, upper-case hex. */
export interface CaGeneration {
  keyId: string;
  publicKey: KeyObject;
  createdAt: number;
  expiresAt: number;
}

/** A SCEP configuration in Okta, which Okta calls a registration authority. `keyId`: the generation that it issues from. */
export interface ScepConfiguration {
  id: string;
  authorityId: string;
  keyId: string;
  createdAt: number;
  updatedAt: number;
}

/** An event of the System Log. */
export interface OktaEvent {
  uuid: string;
  at: number;
  eventType: string;
  displayMessage: string;
  severity: 'INFO' | 'WARN';
  reason: string | null;
  targets: readonly {
    id: string;
    type: string;
    displayName: string;
    detail: Record<string, string> | null;
  }[];
}
