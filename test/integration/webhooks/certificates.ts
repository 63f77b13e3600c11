import { generateKeyPairSync, randomBytes, X509Certificate } from 'node:crypto';
import { type Name, signCertificate } from '../../../simulator/world/ca/x509.js';

const DAY_MS = 86_400_000;

/** A certificate and its key, in PEM. */
export interface Certificate {
  cert: string;
  key: string;
  der: Buffer;
  /** SHA-256 as openssl prints it. */
  fingerprint: string;
}

/** A private CA. */
export interface TestCa {
  /** In PEM. */
  cert: string;
  issue(subject: Name, dates?: { from?: number; to?: number }): Certificate;
}

const makeKeys = () => generateKeyPairSync('rsa', { modulusLength: 2048 });

/** Creates a CA. Its certificates are for clients, and share one key. */
export function createTestCa(name: string): TestCa {
  const [issuerKeys, keys] = [makeKeys(), makeKeys()];
  const issuer: Name = [['CN', name]];
  const sign = (subject: Name, authority: boolean, { from = -DAY_MS, to = DAY_MS } = {}) => {
    const der = signCertificate({
      serialNumber: BigInt(`0x4${randomBytes(7).toString('hex')}`).toString(),
      subject,
      issuer,
      notBeforeAt: Date.now() + from,
      notAfterAt: Date.now() + to,
      subjectKey: authority ? issuerKeys.publicKey : keys.publicKey,
      issuerKeys,
      authority,
    });
    const certificate = new X509Certificate(der);
    return { cert: certificate.toString(), der, fingerprint: certificate.fingerprint256 };
  };
  const key = keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return {
    cert: sign(issuer, true).cert,
    issue: (subject, dates) => ({ ...sign(subject, false, dates), key }),
  };
}
