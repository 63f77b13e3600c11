import { createHash, X509Certificate } from 'node:crypto';
import { AsnConvert } from '@peculiar/asn1-schema';
import { Certificate } from '@peculiar/asn1-x509';
import { expect, it } from 'vitest';
import { createKeys } from '../../../simulator/world/ca/keys.js';
import { keyIdentifierOf, signCertificate } from '../../../simulator/world/ca/x509.js';
import { describeCas } from '../../../src/scep/certificates.js';

const keys = createKeys();
const der = signCertificate({
  serialNumber: '1',
  subject: [['CN', 'Okta CA']],
  issuer: [['CN', 'Okta CA']],
  notBeforeAt: 0,
  notAfterAt: 1_000,
  subjectKey: keys.publicKey,
  issuerKeys: keys,
  authority: true,
});

it('the key identifier of a CA is that of its certificate', () => {
  const certificate = new X509Certificate(der);
  expect(describeCas([certificate]).certificates).toEqual([
    {
      subject: 'CN=Okta CA',
      fingerprint: certificate.fingerprint256,
      keyId: keyIdentifierOf(keys.publicKey),
    },
  ]);
});

it('the key identifier of a CA whose certificate has none is a hash of its public key', () => {
  const parsed = AsnConvert.parse(der, Certificate);
  delete parsed.tbsCertificate.extensions;
  const bare = new X509Certificate(Buffer.from(AsnConvert.serialize(parsed)));
  const hash = createHash('sha256').update(keys.publicKey.export({ type: 'spki', format: 'der' }));
  expect(describeCas([bare]).certificates).toMatchObject([{ keyId: hash.digest('hex').toUpperCase() }]);
});
