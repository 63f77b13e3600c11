import { createHash, sign, type KeyObject } from 'node:crypto';
import { AsnConvert, OctetString } from '@peculiar/asn1-schema';
import * as asn1 from '@peculiar/asn1-x509';
import type { KeyPair } from './keys.js';

/**
 * Creates X.509 certificates synchronously, because a certificate request is a single step of the simulation. @peculiar/x509, which uses
 * the same two libraries, signs asynchronously.
 */

const ATTRIBUTES: Record<string, string> = {
  CN: '2.5.4.3',
  C: '2.5.4.6',
  L: '2.5.4.7',
  O: '2.5.4.10',
  OU: '2.5.4.11',
};
const SHA256_WITH_RSA = '1.2.840.113549.1.1.11';

/** A distinguished name as a list of attributes, such as `['CN', 'a']`. */
export type Name = readonly (readonly [type: string, value: string])[];

/** Converts a name to RDNs with one attribute each. Unknown attributes are omitted. */
function distinguishedName(name: Name): asn1.Name {
  return new asn1.Name(
    name.flatMap(([attribute, utf8String]) => {
      const type = ATTRIBUTES[attribute];
      if (!type) return [];
      const value = new asn1.AttributeValue({ utf8String });
      return [new asn1.RelativeDistinguishedName([new asn1.AttributeTypeAndValue({ type, value })])];
    }),
  );
}

/** DER integer of a decimal serial number. A zero byte is added if the first bit is set, because the number would be negative. */
function serialNumber(decimal: string): ArrayBuffer {
  const hex = BigInt(decimal).toString(16);
  const even = hex.padStart(hex.length + (hex.length % 2), '0');
  return new Uint8Array(Buffer.from(/^[89a-f]/i.test(even) ? `00${even}` : even, 'hex')).buffer;
}

interface PublicKey {
  info: asn1.SubjectPublicKeyInfo;
  identifier: Buffer;
}
/**
 * Exported public keys. They are cached, because exporting a key takes as long as signing, and there are only a
 * few keys.
 */
const publicKeys = new WeakMap<KeyObject, PublicKey>();

function publicKeyOf(key: KeyObject): PublicKey {
  const known = publicKeys.get(key);
  if (known) return known;
  const spki = key.export({ type: 'spki', format: 'der' });
  const exported = {
    info: AsnConvert.parse(spki, asn1.SubjectPublicKeyInfo),
    identifier: createHash('sha1').update(spki).digest(),
  };
  publicKeys.set(key, exported);
  return exported;
}

/** Key identifier of a public key, upper-case hex. */
export function keyIdentifierOf(key: KeyObject): string {
  return publicKeyOf(key).identifier.toString('hex').toUpperCase();
}

function extension(extnID: string, critical: boolean, value: unknown): asn1.Extension {
  return new asn1.Extension({ extnID, critical, extnValue: new OctetString(AsnConvert.serialize(value)) });
}

function extensions({ authority, subjectKey, issuerKeys }: CertificateRequest): asn1.Extensions {
  const { digitalSignature, keyCertSign, cRLSign } = asn1.KeyUsageFlags;
  const usage = authority ? keyCertSign | cRLSign : digitalSignature;
  const ownKey = new asn1.SubjectKeyIdentifier(publicKeyOf(subjectKey).identifier);
  const issuerKey = new asn1.AuthorityKeyIdentifier({
    keyIdentifier: new asn1.KeyIdentifier(publicKeyOf(issuerKeys.publicKey).identifier),
  });
  const clientAuthentication = new asn1.ExtendedKeyUsage([asn1.id_kp_clientAuth]);
  return new asn1.Extensions([
    extension(asn1.id_ce_basicConstraints, true, new asn1.BasicConstraints({ cA: authority })),
    extension(asn1.id_ce_keyUsage, true, new asn1.KeyUsage(usage)),
    ...(authority ? [] : [extension(asn1.id_ce_extKeyUsage, false, clientAuthentication)]),
    extension(asn1.id_ce_subjectKeyIdentifier, false, ownKey),
    extension(asn1.id_ce_authorityKeyIdentifier, false, issuerKey),
  ]);
}

/** Content of a certificate. Times are epoch milliseconds. The serial number is decimal. `authority` marks a CA certificate. */
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

/** Signs a certificate with RSA and SHA-256 and returns its DER (RFC 5280). */
export function signCertificate(request: CertificateRequest): Buffer {
  const signatureAlgorithm = new asn1.AlgorithmIdentifier({ algorithm: SHA256_WITH_RSA, parameters: null });
  const tbsCertificate = new asn1.TBSCertificate({
    version: asn1.Version.v3,
    serialNumber: serialNumber(request.serialNumber),
    signature: signatureAlgorithm,
    issuer: distinguishedName(request.issuer),
    validity: new asn1.Validity({
      notBefore: new Date(request.notBeforeAt),
      notAfter: new Date(request.notAfterAt),
    }),
    subject: distinguishedName(request.subject),
    subjectPublicKeyInfo: publicKeyOf(request.subjectKey).info,
    extensions: extensions(request),
  });
  const toBeSigned = Buffer.from(AsnConvert.serialize(tbsCertificate));
  const signature = sign('sha256', toBeSigned, request.issuerKeys.privateKey);
  const signatureValue = new Uint8Array(signature).buffer;
  return Buffer.from(
    AsnConvert.serialize(new asn1.Certificate({ tbsCertificate, signatureAlgorithm, signatureValue })),
  );
}
