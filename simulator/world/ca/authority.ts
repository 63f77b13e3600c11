import { createHash } from 'node:crypto';
import type { SimulatorOptions } from '../../options.js';
import type { Clock } from '../clock.js';
import type { Issuance, IssuanceOutcome, KeychainCertificate } from '../model.js';
import { readSubject, type ExpandedSubject } from '../profiles/variables.js';
import { createRandom, type Random } from '../random.js';
import type { WorldFaults } from '../webhook-model.js';
import type { CertificateAuthority } from '../contracts/mdm.js';
import { keysOfMacs, type KeyPair } from './keys.js';
import { createOktaCa, issuerName } from './okta-ca.js';
import { signCertificate, type Name } from './x509.js';
import { wholeSecond } from '../seconds.js';

const HOUR_MS = 3_600_000;
/** Maximum length of a common name in characters (X.520). Okta enforces it. */
export const MAX_COMMON_NAME = 64;
/** Capabilities of the Okta CA. Renewal is not among them. */
const CAPABILITIES = ['POSTPKIOperation', 'SHA-256', 'AES', 'SCEPStandard'];

/** The certificate request of a Mac. */
interface Enrolment {
  computerId: number;
  profileId: number;
  subject: ExpandedSubject;
  challenge: string;
  /** Serial number that the certificate gets if the CA issues it. */
  serialNumber: string;
  random: Random;
}

type EnrolmentResult =
  | { outcome: 'issued'; certificate: KeychainCertificate }
  | { outcome: Exclude<IssuanceOutcome, 'issued'>; certificate: null };

/** The CA with the operations for Macs. */
export interface Authority extends CertificateAuthority {
  /** Decides about a certificate request and logs it. */
  enrol(request: Enrolment): EnrolmentResult;
  /**
   * Adds a certificate to the CA without a log entry: one that was issued before the simulation starts, or one
   * with changed dates.
   */
  adopt(certificate: KeychainCertificate): void;
}

/** Creates a CA like that of Okta: static challenge, no renewal, a first generation that is valid for 3.5 years. */
export function createAuthority(options: SimulatorOptions, clock: Clock, faults: WorldFaults): Authority {
  const random = createRandom(options.seed, 'ca');
  const issuer = issuerName(options);
  const okta = createOktaCa({ clock, random, issuer, certificateOf: (serial) => known.get(serial) });
  const log: Issuance[] = [];
  const issuedByComputer = new Map<number, number>();
  const known = new Map<string, KeychainCertificate>();
  const derBySerial = new Map<string, Buffer>();
  const rate = createRateLimit(options.ca.perHour, clock);
  let challenge = random.hex(48);

  const makeDer = (certificate: KeychainCertificate, subject: Name) => {
    const der = signForMac(certificate, subject, issuer, okta.issuerOf(certificate.serialNumber));
    derBySerial.set(certificate.serialNumber, der);
    return der;
  };

  const decide = (request: Enrolment): IssuanceOutcome => {
    // The random number is always drawn, so the random sequence of a Mac does not depend on the load of the CA.
    const fails = request.random.chance(Math.max(options.ca.failing, faults.ca.failing));
    if (faults.ca.rateLimited || rate.isReached()) return 'rate-limited';
    if (fails) return 'failed';
    if (request.challenge !== challenge) return 'wrong-challenge';
    if (isTooLong(request.subject)) return 'subject-too-long';
    // The random number is drawn only while the fault is active, so existing seeds keep their random sequences.
    return faults.ca.losing > 0 && request.random.chance(faults.ca.losing) ? 'lost' : 'issued';
  };

  return {
    ...okta,
    log: () => log,
    issuedByComputer: () => issuedByComputer,
    caps: () => CAPABILITIES.join('\n'),
    get challenge() {
      return challenge;
    },
    resetChallenge: () => {
      okta.noteSecretReset();
      return (challenge = random.hex(48));
    },
    certificate: (serialNumber) => {
      const certificate = known.get(serialNumber);
      const der =
        certificate &&
        (derBySerial.get(serialNumber) ?? makeDer(certificate, readSubject(certificate.subjectName)));
      return Promise.resolve(der);
    },
    refuseRenewal: (serialNumber) => void log.push(refusedRenewal(clock.now(), known.get(serialNumber))),
    adopt: (certificate) => {
      known.set(certificate.serialNumber, certificate);
      derBySerial.delete(certificate.serialNumber);
    },
    enrol: (request) => {
      const { computerId, profileId, subject, serialNumber } = request;
      const outcome = decide(request);
      const at = clock.now();
      const entry = { at, outcome, computerId, profileId, subject: subject.subjectName };
      if (outcome !== 'issued' && outcome !== 'lost') {
        log.push({ ...entry, serialNumber: null, notAfterAt: null });
        return { outcome, certificate: null };
      }
      const certificate = newCertificate(request, at, options.ca.lifetime);
      okta.noteIssued(serialNumber);
      const der = makeDer(certificate, subject.attributes);
      certificate.sha1Fingerprint = createHash('sha1').update(der).digest('hex');
      known.set(serialNumber, certificate);
      rate.count(at);
      issuedByComputer.set(computerId, (issuedByComputer.get(computerId) ?? 0) + 1);
      log.push({ ...entry, serialNumber, notAfterAt: certificate.expiresAt });
      return outcome === 'lost' ? { outcome, certificate: null } : { outcome, certificate };
    },
  };
}

/** Counts certificates per hour of rhythm time. `perHour` 0 means no limit. */
function createRateLimit(perHour: number, clock: Clock) {
  const issuedAt: number[] = [];
  return {
    count: (at: number) => void issuedAt.push(at),
    isReached: () => {
      if (perHour === 0) return false;
      const hourAgo = clock.now() - HOUR_MS / clock.squeeze;
      while ((issuedAt[0] ?? Infinity) <= hourAgo) issuedAt.shift();
      return issuedAt.length >= perHour;
    },
  };
}

function refusedRenewal(at: number, certificate: KeychainCertificate | undefined): Issuance {
  return {
    at,
    outcome: 'renewal-refused',
    computerId: 0,
    profileId: certificate?.profileId ?? 0,
    subject: certificate?.subjectName ?? '',
    serialNumber: null,
    notAfterAt: null,
  };
}

function isTooLong({ attributes }: ExpandedSubject): boolean {
  return attributes.some(([type, value]) => type === 'CN' && Array.from(value).length > MAX_COMMON_NAME);
}

/** Returns a certificate that is issued at `at` (epoch milliseconds). Its fingerprint is not computed yet. */
function newCertificate(
  { profileId, subject, serialNumber }: Enrolment,
  at: number,
  lifetimeMs: number,
): KeychainCertificate {
  return {
    profileId,
    commonName: subject.commonName,
    subjectName: subject.subjectName,
    serialNumber,
    sha1Fingerprint: '',
    issuedAt: wholeSecond(at),
    expiresAt: wholeSecond(at + lifetimeMs),
    username: '',
  };
}

function signForMac(
  certificate: KeychainCertificate,
  subject: Name,
  issuer: Name,
  issuerKeys: KeyPair,
): Buffer {
  return signCertificate({
    serialNumber: certificate.serialNumber,
    subject,
    issuer,
    notBeforeAt: certificate.issuedAt,
    notAfterAt: certificate.expiresAt,
    subjectKey: keysOfMacs().publicKey,
    issuerKeys,
    authority: false,
  });
}
