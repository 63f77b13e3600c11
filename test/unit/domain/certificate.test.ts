import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { belongsTo, countingCertificate } from '../../../src/domain/certificate.js';
import {
  BLUE_IDENTIFIER,
  certificate,
  certificates,
  DAY,
  GREEN_IDENTIFIER,
  NOW,
  profile,
  watch,
} from './support/fleet.js';

const watched = watch({ policy: { subject: /managementAttestation/iu } });

describe('a subject that belongs to a watched profile', () => {
  test.each([
    ['it contains the identifier of blue', `CN=C02X ${BLUE_IDENTIFIER}`, true],
    ['in other letter case', `CN=C02X ${BLUE_IDENTIFIER.toLowerCase()}`, true],
    ['it contains the identifier of green', `CN=x,OU=${GREEN_IDENTIFIER}`, true],
    ['the identifier is its whole common name', `CN=7,OU=computers,CN=${BLUE_IDENTIFIER}`, true],
    ['it matches the pattern', 'CN=anna managementAttestation A1B2', true],
    ['nothing matches', 'CN=anna', false],
    ['it is empty', '', false],
    ['it is junk', '?Error_-26276?', false],
  ])('%s', (_, subject, expected) => {
    expect(belongsTo(subject, watched)).toBe(expected);
  });

  test('without a pattern, only the profile identifiers match', () => {
    expect(belongsTo('CN=anna managementAttestation A1B2', watch())).toBe(false);
  });

  test.each([
    ['the MDM identity', 'CN=3D0C4F4E-1A2B-4C3D-8E9F-0123456789AB'],
    ['the MDM identity with an organisation', 'CN=3d0c4f4e-1a2b-4c3d-8e9f-0123456789ab,O=Pretend Inc.'],
    ['com.apple.systemdefault', 'CN=com.apple.systemdefault,O=System Identity'],
    ['com.apple.kerberos.kdc', 'O=System Identity, CN=com.apple.kerberos.kdc'],
  ])('%s never matches a pattern, even the widest one', (_, subject) => {
    expect(belongsTo(subject, watch({ policy: { subject: /./u } }))).toBe(false);
  });

  const UUID = '5F0C1D2E-1111-4222-8333-0123456789AB';
  test.each([
    ['a pattern that names OU', /OU=okta-device/iu, `O=Acme,OU=okta-device,CN=${UUID}`, true],
    ['a pattern that names O', /O=Acme(,|$)/u, `CN=${UUID},O=Acme`, true],
    ['a pattern that names both', /^CN=.*, ?OU=okta$/u, `CN=${UUID}, OU=okta`, true],
    ['a pattern that names OU, if inventory shows an OID', /OU=okta/u, `2.5.4.11=okta,2.5.4.3=${UUID}`, true],
    ['a pattern that names OU, in the form of OpenSSL', /OU=okta/u, `/OU=okta/CN=${UUID}`, true],
    ['a pattern that names no type', /Acme/u, `CN=${UUID},O=Acme`, false],
    ['a pattern for every organization', /Acme|^/u, `CN=${UUID},O=Acme`, false],
    ['a pattern that names another OU', /OU=okta/u, `CN=${UUID},OU=mdm`, false],
    ["a pattern that names OU, for Apple's identity", /OU=x/u, 'OU=x,CN=com.apple.kerberos.kdc', false],
  ])('a common name that is a UUID: %s', (_, subject, text, expected) => {
    expect(belongsTo(text, watch({ policy: { subject } }))).toBe(expected);
  });

  test.each([
    ['OID.2.5.4.3=anna', true],
    ['commonName=anna', true],
    ['cn = anna', true],
    ['O="Acme, Inc",CN=anna', true],
    ['O=Acme\\, CN=anna', false],
    ['OU=anna', false],
  ])('a pattern for CN reads %s', (subject, expected) => {
    expect(belongsTo(subject, watch({ policy: { subject: /(?:^|,)CN=anna/u } }))).toBe(expected);
  });

  test.each(['2.5.4.3', 'OID.2.5.4.3', 'commonName', 'cn'])(
    'the MDM identity is recognized by %s',
    (type) => {
      expect(belongsTo(`${type}=${UUID}`, watch({ policy: { subject: /./u } }))).toBe(false);
    },
  );

  test('a profile without a known identifier matches nothing by identifier', () => {
    expect(belongsTo('CN=anna', watch({ blue: profile({ id: '11', identifier: '' }) }))).toBe(false);
  });

  test('a pattern with the flag g gives the same result each time', () => {
    const global = watch({ policy: { subject: /anna/gu } });
    expect([1, 2, 3].map(() => belongsTo('CN=anna', global))).toEqual([true, true, true]);
  });
});

describe('the selected certificate', () => {
  const best = (...all: Parameters<typeof certificate>[0][]) =>
    countingCertificate(all.map(certificate), watched, NOW);

  test('is the matching one that expires last, and all matching ones are counted', () => {
    const leftover = { serialNumber: 'OLD', expiresAt: NOW - 10 * DAY };
    const current = { serialNumber: 'NEW', expiresAt: NOW + 300 * DAY };
    expect(best(leftover, current, leftover, { subject: 'CN=other' })).toMatchObject({
      certificate: { serialNumber: 'NEW' },
      matching: 3,
    });
  });

  test.each([
    ['without a private key', { identity: false }],
    ['from the future', { issuedAt: NOW + 11 * 60_000 }],
  ])('does not exist %s', (_, fields) => {
    expect(best(fields)).toEqual({ certificate: null, matching: 0 });
  });

  test('is one that Jamf Pro shows as inactive only if there is no other', () => {
    const expired = { active: false, expiresAt: NOW - DAY };
    expect(best(expired)).toMatchObject({ certificate: expired, matching: 1 });
    const valid = { active: false, expiresAt: NOW + DAY };
    expect(best(expired, valid)).toMatchObject({ certificate: valid, matching: 2 });
    const older = { serialNumber: 'OLDER', expiresAt: NOW - 2 * DAY };
    expect(best(expired, older)).toMatchObject({ certificate: older, matching: 1 });
  });

  test('is a revoked one only if there is no other', () => {
    const revoked = { serialNumber: 'REVOKED', revoked: true as const };
    expect(best(revoked)).toMatchObject({ certificate: revoked, matching: 1 });
    const other = { serialNumber: 'OTHER', expiresAt: NOW + DAY };
    expect(best(revoked, other)).toMatchObject({ certificate: other, matching: 1 });
  });

  test('may be issued up to ten minutes after the current time', () => {
    expect(best({ issuedAt: NOW + 10 * 60_000 }).matching).toBe(1);
  });

  test('is an expired one rather than one without an expiry date', () => {
    const { certificate: chosen } = best({ expiresAt: null }, { serialNumber: 'X', expiresAt: NOW - DAY });
    expect(chosen?.serialNumber).toBe('X');
  });

  test('does not depend on the order of the inventory', () => {
    fc.assert(
      fc.property(
        certificates.chain((all) =>
          fc.tuple(
            fc.constant(all),
            fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length }),
          ),
        ),
        ([all, shuffled]) => {
          expect(countingCertificate(shuffled, watched, NOW)).toEqual(countingCertificate(all, watched, NOW));
        },
      ),
    );
  });

  test('is never an expired one while a valid one exists', () => {
    fc.assert(
      fc.property(certificates, (all) => {
        const { certificate: chosen } = countingCertificate(all, watched, NOW);
        const valid = all.filter(
          (one) =>
            one.identity &&
            one.active &&
            one.revoked !== true &&
            (one.issuedAt ?? 0) <= NOW &&
            (one.expiresAt ?? 0) > NOW &&
            belongsTo(one.subject, watched),
        );
        fc.pre(valid.length > 0);
        expect(chosen?.expiresAt).toBeGreaterThan(NOW);
      }),
    );
  });

  test('stays the same when a certificate that does not match is added', () => {
    fc.assert(
      fc.property(certificates, certificates, (all, others) => {
        const foreign = others.filter(({ subject }) => !belongsTo(subject, watched));
        expect(countingCertificate([...foreign, ...all], watched, NOW)).toEqual(
          countingCertificate(all, watched, NOW),
        );
      }),
    );
  });
});
