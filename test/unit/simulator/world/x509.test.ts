import { X509Certificate } from 'node:crypto';
import { AsnConvert } from '@peculiar/asn1-schema';
import { Certificate } from '@peculiar/asn1-x509';
import { describe, expect, it } from 'vitest';
import { createKeys, keysOfMacs } from '../../../../simulator/world/ca/keys.js';
import { signCertificate, type CertificateRequest } from '../../../../simulator/world/ca/x509.js';
import { START } from './support.js';

const caKeys = createKeys();
const request: CertificateRequest = {
  serialNumber: '1325443601', // In hexadecimal: 4f00aa11.
  subject: [['CN', 'mac']],
  issuer: [
    ['O', 'Pretend Inc.'],
    ['CN', 'CA'],
  ],
  notBeforeAt: START,
  notAfterAt: START + 86_400_000,
  subjectKey: keysOfMacs().publicKey,
  issuerKeys: caKeys,
  authority: false,
};
const sign = (change: Partial<CertificateRequest> = {}) => signCertificate({ ...request, ...change });
const read = (change: Partial<CertificateRequest> = {}) => new X509Certificate(sign(change));

describe('a certificate, as node:crypto parses it', () => {
  it('is signed by its issuer only', () => {
    const ca = read({ subject: request.issuer, subjectKey: caKeys.publicKey, authority: true });
    const certificate = read();
    expect(ca.ca).toBe(true);
    expect(ca.verify(caKeys.publicKey)).toBe(true);
    expect(certificate.ca).toBe(false);
    expect(certificate.checkIssued(ca)).toBe(true);
    expect(certificate.verify(caKeys.publicKey)).toBe(true);
    expect(certificate.verify(createKeys().publicKey)).toBe(false);
    expect(certificate.checkPrivateKey(keysOfMacs().privateKey)).toBe(true);
  });

  it('no longer verifies when one byte is changed', () => {
    const der = sign();
    const at = der.indexOf('mac');
    der[at] = 'M'.charCodeAt(0);
    const changed = new X509Certificate(der);
    expect(changed.subject).toBe('CN=Mac');
    expect(changed.verify(caKeys.publicKey)).toBe(false);
  });

  it.each([
    ['15', '0F'],
    ['2748', '0ABC'],
    ['2147483647', '7FFFFFFF'],
    ['2147483648', '80000000'],
    ['319014718988379809496913694467282698241', 'F0000000000000000000000000000001'],
  ])('has a positive serial number for %s', (serialNumber, shown) => {
    const certificate = read({ serialNumber });
    expect(certificate.serialNumber).toBe(shown);
    expect(certificate.verify(caKeys.publicKey)).toBe(true);
  });

  it.each([Date.UTC(2049, 11, 31, 23, 59, 59), Date.UTC(2050, 0, 1), Date.UTC(2126, 10, 2)])(
    'expires at the correct second, in UTCTime and in GeneralizedTime: %d',
    (notAfterAt) => {
      expect(Date.parse(read({ notAfterAt }).validTo)).toBe(notAfterAt);
    },
  );

  it('has several attributes in their order, and no unknown ones', () => {
    const subject = [
      ['CN', 'R&D, "Łódź" ☕'],
      ['OU', 'a=b'],
      ['E', 'left out'],
      ['CN', ''],
    ] as const;
    const names = AsnConvert.parse(sign({ subject }), Certificate).tbsCertificate.subject;
    expect(names.flatMap((rdn) => rdn.map(({ type, value }) => [type, value.utf8String]))).toEqual([
      ['2.5.4.3', 'R&D, "Łódź" ☕'],
      ['2.5.4.11', 'a=b'],
      ['2.5.4.3', ''],
    ]);
  });
});
