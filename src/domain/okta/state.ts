/** A generation of a CA in Okta. Key identifiers are upper-case hex. Times are epoch milliseconds. */
export interface CaGeneration {
  keyId: string;
  authorityId: string;
  /** `caType` of Okta, such as DEVICE_ACCESS_OKTA_AS_CA. Values that Recert does not know are kept. */
  family: string;
  /** `rotationState` of Okta: ACTIVE, RETIRING or a value that Recert does not know. */
  rotation: string;
  subject: string;
  createdAt: number | null;
  expiresAt: number | null;
}

/** A SCEP configuration in Okta, which the API calls a registration authority. */
export interface ScepConfiguration {
  /** The last part of the SCEP URL. */
  id: string;
  name: string;
  url: string;
  challenge: string;
  authorityId: string;
  /** Key identifier of the generation that the configuration issues from. */
  keyId: string;
  caExpiresAt: number | null;
  updatedAt: number | null;
}

/** An event of the System Log, without names, mail addresses and IP addresses. */
export interface OktaEvent {
  id: string;
  type: string;
  at: number;
  targetIds: readonly string[];
  /** Texts of the event that may contain the serial number of a certificate or of a Mac. */
  words: readonly string[];
}

/** Why a part of Okta could not be read. The text contains no secret and no personal data. */
export interface OktaFailure {
  /** `refused`: sign-in. `not-available`: the API, a scope or a role is missing. `limited`: rate limit. `away`: no usable response. */
  kind: 'refused' | 'not-available' | 'limited' | 'away';
  text: string;
  /** How long Okta asks to wait, milliseconds. */
  waitMs?: number;
}

/** The result of a read from Okta. */
export type OktaRead<Found> = { found: Found } | { failed: OktaFailure };

/** The certificate authorities and SCEP configurations of an Okta organization. */
export interface OktaAuthorities {
  generations: readonly CaGeneration[];
  configurations: readonly ScepConfiguration[];
}

/** A page of the System Log. `cursor`: where the next read continues. `more`: whether the page was full. */
export interface OktaEvents {
  events: readonly OktaEvent[];
  cursor: string | null;
  more: boolean;
}

/** Outcome of the reads of one part of Okta: when it was last read, and why the last attempt failed. */
export interface OktaPart {
  readAt: number | null;
  failed: OktaFailure | null;
}

/** A certificate that Okta revoked. `words` may contain its serial number and that of its Mac. */
export interface RevokedCertificate {
  /** ID of the event. */
  id: string;
  at: number;
  words: readonly string[];
  /** The Macs that the words name; absent until they were looked up. */
  computerIds?: readonly string[];
}

/** What Recert knows from Okta, stored for each Jamf Pro server. */
export interface OktaState extends OktaAuthorities {
  authorities: OktaPart;
  log: OktaPart & { cursor: string | null; since: number };
  /** No call before this time, because Okta asked to wait. */
  waitUntil: number;
  /** When the secret of a configuration was last reset, by the ID of the configuration. */
  resets: Readonly<Record<string, number>>;
  revoked: readonly RevokedCertificate[];
  /** Macs whose current certificate Okta has revoked. */
  revokedMacs: readonly RevokedMac[];
  /** The reset for which the circuit breaker of a watched profile was opened, by the name of the watched profile. */
  held: Readonly<Record<string, number>>;
}

/** A Mac whose current certificate for a watched profile is revoked. */
export interface RevokedMac {
  profile: string;
  computerId: string;
  /** Name and serial number of the Mac, as far as known. */
  computer: string;
  at: number;
}

/** The state before the first read. `since`: from when the System Log is read. */
export function newOktaState(since: number): OktaState {
  return {
    generations: [],
    configurations: [],
    authorities: { readAt: null, failed: null },
    log: { readAt: null, failed: null, cursor: null, since },
    waitUntil: 0,
    resets: {},
    revoked: [],
    revokedMacs: [],
    held: {},
  };
}
