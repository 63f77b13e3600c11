import { createHash, generateKeyPair, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { bits, boolean, integer, nothing, octets, oid, sequence, set, tagged, time, utf8 } from './der.js';

/**
 * Makes X.509 certificates at once, not in a promise: an enrolment is one step of the simulation.
 * (@peculiar/x509 signs asynchronously, and needs a Reflect polyfill.)
 */

const ATTRIBUTES: Record<string, string> = {
  CN: '2.5.4.3',
  C: '2.5.4.6',
  L: '2.5.4.7',
  O: '2.5.4.10',
  OU: '2.5.4.11',
};
const SHA256_WITH_RSA = '1.2.840.113549.1.1.11';
const KEY_IDENTIFIER = '2.5.29.14';
const KEY_USAGE = '2.5.29.15';
const BASIC_CONSTRAINTS = '2.5.29.19';
const AUTHORITY_KEY_IDENTIFIER = '2.5.29.35';
const EXTENDED_KEY_USAGE = '2.5.29.37';
const CLIENT_AUTHENTICATION = '1.3.6.1.5.5.7.3.2';

export interface KeyPair {
  publicKey: KeyObject;
  privateKey: KeyObject;
}

export type Name = readonly (readonly [type: string, value: string])[];

let macKeys: KeyPair | undefined;

const RSA = { modulusLength: 2048 };

/** A new RSA-2048 pair; blocks for some tenths of a second. */
export function createKeys(): KeyPair {
  return generateKeyPairSync('rsa', RSA);
}

/** The same on another thread. */
export function createKeysInBackground(then: (keys: KeyPair) => void): void {
  generateKeyPair('rsa', RSA, (error, publicKey, privateKey) => {
    // Without them, createKeys will say what is wrong when they are needed.
    if (!error) then({ publicKey, privateKey });
  });
}

/** The pair that all Macs share: nobody can tell, and 10,000 would take an hour to make. */
export function keysOfMacs(): KeyPair {
  return (macKeys ??= createKeys());
}

/** Makes the pair of the Macs before it is needed. */
export function prepareKeysOfMacs(): void {
  if (!macKeys) createKeysInBackground((keys) => (macKeys ??= keys));
}

/** A name of RDNs with one attribute each; attributes that are not known are left out. */
function distinguishedName(name: Name): Buffer {
  return sequence(
    ...name.flatMap(([type, value]) => {
      const identifier = ATTRIBUTES[type];
      return identifier ? [set(sequence(oid(identifier), utf8(value)))] : [];
    }),
  );
}

const spki = (key: KeyObject) => key.export({ type: 'spki', format: 'der' });
const keyIdentifier = (key: KeyObject) => createHash('sha1').update(spki(key)).digest();

function extension(identifier: string, critical: boolean, value: Buffer): Buffer {
  return sequence(oid(identifier), ...(critical ? [boolean(true)] : []), octets(value));
}

/** What goes into a certificate. Times are epoch milliseconds, the serial number is hex. */
export interface CertificateRequest {
  serialNumber: string;
  subject: Name;
  issuer: Name;
  notBeforeAt: number;
  notAfterAt: number;
  subjectKey: KeyObject;
  issuerKeys: KeyPair;
  authority: boolean;
}

/** Signs a certificate with RSA and SHA-256 and answers its DER (RFC 5280). */
export function signCertificate(request: CertificateRequest): Buffer {
  const { subjectKey, issuerKeys } = request;
  const algorithm = sequence(oid(SHA256_WITH_RSA), nothing());
  // Key usage: keyCertSign and cRLSign for the CA, digitalSignature alone for a Mac.
  const usage = request.authority ? bits(Buffer.from([0x06]), 1) : bits(Buffer.from([0x80]), 7);
  const extensions = [
    extension(BASIC_CONSTRAINTS, true, sequence(...(request.authority ? [boolean(true)] : []))),
    extension(KEY_USAGE, true, usage),
    ...(request.authority
      ? []
      : [extension(EXTENDED_KEY_USAGE, false, sequence(oid(CLIENT_AUTHENTICATION)))]),
    extension(KEY_IDENTIFIER, false, octets(keyIdentifier(subjectKey))),
    extension(
      AUTHORITY_KEY_IDENTIFIER,
      false,
      // [0] IMPLICIT OCTET STRING: primitive, hence not tagged().
      sequence(Buffer.concat([Buffer.from([0x80, 20]), keyIdentifier(issuerKeys.publicKey)])),
    ),
  ];
  const toBeSigned = sequence(
    tagged(0, integer('02')),
    integer(request.serialNumber),
    algorithm,
    distinguishedName(request.issuer),
    sequence(time(request.notBeforeAt), time(request.notAfterAt)),
    distinguishedName(request.subject),
    spki(subjectKey),
    tagged(3, sequence(...extensions)),
  );
  const signature = sign('sha256', toBeSigned, issuerKeys.privateKey);
  return sequence(toBeSigned, algorithm, bits(signature));
}
