import { describe, expect, it, test } from 'vitest';
import { assess } from '../../../src/domain/assess.js';
import type { Computer } from '../../../src/domain/computer.js';
import { readClassicRecord } from '../../../src/jamf/parsing/classic-record.js';
import { readRecord } from '../../../src/jamf/parsing/computer-record.js';
import { parseXml } from '../../../src/xml/parse.js';
import { BLUE_IDENTIFIER, DAY, watch } from '../domain/support/fleet.js';
import { certificate, record } from './support/inventory.js';

const NOW = Date.parse('2026-11-24T10:00:00Z');
const nobody = { computerIds: [], groupIds: [], departments: [], buildings: [] };
const plain = watch();
const scope = { ...nobody, allComputers: true, exclusions: nobody };
const watched = watch({
  blue: { ...plain.blue, scope },
  policy: { subject: /management ?attestation|Zoë|Doe, Jane/iu, jitter: 0 },
});
const iso = (days: number) => new Date(NOW + days * DAY).toISOString();
const subject = `CN=C02 ${BLUE_IDENTIFIER}`;

function judged(changes: Record<string, unknown>): ReturnType<typeof assess> {
  const read = readRecord(record('6', { ...changes }));
  if (!read) throw new Error('not read');
  return assess(read.computer, watched, NOW);
}

const withCertificates = (...certificates: unknown[]) => judged({ certificates });

describe('a certificate with unusual fields', () => {
  it.each([
    ['as the specification has it', { expirationDate: '2027-06-01T12:00:00Z' }],
    ['with an offset', { expirationDate: '2027-06-01T14:00:00.000+0200' }],
    ['with an offset in hours', { expirationDate: '2027-06-01T14:00:00+02' }],
    ['without a zone', { expirationDate: '2027-06-01T12:00:00' }],
    ['with a blank, as Classic does elsewhere', { expirationDate: '2027-06-01 12:00:00' }],
    ['as epoch milliseconds', { expirationDate: 1_811_851_200_000 }],
    ['as epoch milliseconds in a text', { expirationDate: '1811851200000' }],
    ['as epoch seconds', { expirationDate: 1_811_851_200 }],
    ['with nanoseconds', { expirationDate: '2027-06-01T12:00:00.000000001Z' }],
    ['in small letters', { expirationDate: '2027-06-01t12:00:00z' }],
  ])('expires at its expiry date, %s', (_, fields) => {
    const { state, certificate: chosen } = withCertificates(certificate({ subjectName: subject, ...fields }));
    expect([state, chosen?.expiresAt]).toEqual(['healthy', Date.parse('2027-06-01T12:00:00Z')]);
  });

  it.each(['', ' ', null, undefined, '1970-01-01T00:00:00Z', 'Never', 0, -1, {}, [], true, 9e15])(
    'has no expiry date in %j: unknown, never expired',
    (expirationDate) => {
      expect(withCertificates(certificate({ subjectName: subject, expirationDate }))).toMatchObject({
        state: 'unknown',
        unknown: 'expiry-missing',
      });
    },
  );

  it('may never expire', () => {
    const expirationDate = '9999-12-31T23:59:59Z';
    expect(withCertificates(certificate({ subjectName: subject, expirationDate })).state).toBe('healthy');
  });

  it.each([
    ['the name first', `CN=C02 ${BLUE_IDENTIFIER},OU=computers,O=Example`],
    ['the name last', `O=Example, OU=computers, CN=C02 ${BLUE_IDENTIFIER}`],
    ['slashes', `/C=US/O=Example/CN=C02 ${BLUE_IDENTIFIER}`],
    ['several values in one part', `OU=computers+CN=${BLUE_IDENTIFIER},O=Example`],
    ['two common names', `CN=17,OU=computers,CN=${BLUE_IDENTIFIER}`],
    ['small letters', `cn=c02 ${BLUE_IDENTIFIER.toLowerCase()}`],
    ['a number for CN', `2.5.4.3=C02 ${BLUE_IDENTIFIER}`],
    ['nothing before the name', `C02 ${BLUE_IDENTIFIER}`],
    ['quotes', `CN="C02, ${BLUE_IDENTIFIER}"`],
    ['an escaped comma, found by the pattern', 'CN=Doe\\, Jane,O=Example'],
    ['escaped letters, found by the pattern', 'CN=Zo\\C3\\AB,O=Example'],
    ['letters in two parts, found by the pattern', 'CN=Zoe\u0308s Mac,O=Example'],
    ['the pattern of Okta', 'CN=SERIAL000001 managementAttestation 00000000-0000-0000-0000-0000000000C1'],
  ])('is recognized by its subject with %s', (_, subjectName) => {
    expect(withCertificates(certificate({ subjectName }))).toMatchObject({ matching: 1, state: 'overdue' });
  });

  it('is recognized by its common name if there is no subject', () => {
    const fields = { subjectName: null, commonName: `C02 ${BLUE_IDENTIFIER}` };
    expect(withCertificates(certificate(fields))).toMatchObject({ matching: 1, state: 'overdue' });
  });

  it.each([
    ['no private key', { identity: false }],
    ['a private key, said in words', { identity: 'no' }],
    ['nothing about a private key', { identity: undefined }],
    ['not yet valid', { issuedDate: iso(1), expirationDate: iso(366) }],
  ])('does not count with %s', (_, fields) => {
    expect(withCertificates(certificate({ subjectName: subject, ...fields }))).toMatchObject({
      state: 'unknown',
      unknown: 'no-certificate',
      matching: 0,
    });
  });

  it.each(['INACTIVE', 'Inactive', 'ACTIVE', 'Expired', null])(
    'is expired after its expiry date, whatever its lifecycle status is (%j)',
    (lifecycleStatus) => {
      const expired = certificate({ subjectName: subject, expirationDate: iso(-3), lifecycleStatus });
      expect(withCertificates(expired)).toMatchObject({ state: 'expired', matching: 1 });
    },
  );

  it.each(['REVOKED', 'Revoked'])('is overdue when its status is %s', (certificateStatus) => {
    const revoked = certificate({ subjectName: subject, expirationDate: iso(200), certificateStatus });
    expect(withCertificates(revoked)).toMatchObject({ state: 'overdue', matching: 1 });
  });

  it.each(['INACTIVE', 'inactive'])('counts when it is the only one and %s', (lifecycleStatus) => {
    const only = certificate({ subjectName: subject, expirationDate: iso(200), lifecycleStatus });
    expect(withCertificates(only)).toMatchObject({ state: 'healthy', matching: 1 });
  });

  it.each(['EXPIRING', 'EXPIRED', 'ISSUED', '', null, 'SOMETHING_NEW'])(
    'is assessed by its date, whatever its status is (%j)',
    (certificateStatus) => {
      const good = certificate({ subjectName: subject, expirationDate: iso(200), certificateStatus });
      expect(withCertificates(good).state).toBe('healthy');
    },
  );
});

describe('a Mac with several certificates', () => {
  const leftover = certificate({ subjectName: subject, expirationDate: iso(-300), serialNumber: '01' });
  const current = certificate({ subjectName: subject, expirationDate: iso(200), serialNumber: '02' });
  const odd = [
    certificate({ commonName: '?Error_-26276?', subjectName: '?Error_-26276?', expirationDate: iso(900) }),
    certificate({ commonName: '', subjectName: '', expirationDate: iso(900) }),
    certificate({ subjectName: 'CN=com.apple.systemdefault,O=System Identity', expirationDate: iso(7000) }),
    certificate({ subjectName: 'CN=3D0C4F4E-1A2B-4C3D-8E9F-0123456789AB', expirationDate: iso(700) }),
    certificate({ subjectName: '3D0C4F4E-1A2B-4C3D-8E9F-0123456789AB', expirationDate: iso(700) }),
    null,
    'junk',
    {},
  ];

  it.each([
    ['as they come', [leftover, ...odd, current]],
    ['the other way round', [current, ...odd, leftover]],
    ['told twice', [current, current, leftover, leftover, ...odd]],
  ])('is assessed by the one that expires last, %s', (_, all) => {
    const { state, certificate: chosen, matching } = withCertificates(...all);
    expect([state, chosen?.serialNumber, matching]).toEqual(['healthy', '02', 2]);
  });

  it('is expired when all of them are expired', () => {
    expect(withCertificates(...odd, leftover)).toMatchObject({ state: 'expired', matching: 1 });
  });

  test('is never assessed by the MDM identity or a certificate of Apple, even with the widest pattern', () => {
    const wide = watch({ blue: watched.blue, policy: { subject: /./u } });
    const read = readRecord(record('6', { certificates: odd.slice(2, 5) }));
    expect(read && assess(read.computer, wide, NOW)).toMatchObject({ unknown: 'no-certificate' });
  });
});

/** One Mac of the Classic API, from `subset/Certificates` and from the whole record. */
const classic = (general: Record<string, unknown> = {}, certificates: unknown = []) => ({
  computer: {
    general: {
      id: 17,
      name: 'Zoë’s MacBook',
      udid: 'A1B2C3D4-0000-4000-8000-000000000007',
      serial_number: 'C02XG0AAJGH5',
      mdm_capable: true,
      remote_management: { managed: true, management_username: '' },
      report_date: '2026-11-23 10:00:00',
      report_date_epoch: 1_795_428_000_000,
      report_date_utc: '2026-11-23T10:00:00.000+0000',
      last_contact_time_epoch: '1795431600000',
      last_enrolled_date_epoch: 0,
      ...general,
    },
    location: {
      username: 'zoe',
      realname: 'Zoë Doe',
      real_name: 'Zoë Doe',
      email_address: 'zoe@example.com',
    },
    certificates,
    configuration_profiles: [
      { id: -2, name: '', uuid: '', is_removable: false },
      { id: 12, name: '', uuid: BLUE_IDENTIFIER, is_removable: false },
    ],
  },
});
const old = { expires_utc: '2024-04-22T13:02:17.000+0000', expires_epoch: 1_713_790_937_000, name: '' };

const readClassic = (value: unknown): Computer => {
  const computer = readClassicRecord(value);
  if (!computer) throw new Error('not read');
  return computer;
};

describe('a record of the Classic API', () => {
  it('is read with the time in any of three fields', () => {
    const read = readClassic(classic({ report_date_epoch: '', report_date: '' }));
    expect(read).toMatchObject({
      id: '17',
      serialNumber: 'C02XG0AAJGH5',
      managed: true,
      mdmCapable: true,
      reportedAt: Date.parse('2026-11-23T10:00:00Z'),
      lastContactAt: 1_795_431_600_000,
      enrolledAt: null,
      username: 'zoe',
      profiles: [{ id: '-2' }, { id: '12', identifier: BLUE_IDENTIFIER }],
    });
  });

  it.each([
    [
      'JSON',
      [{ common_name: `C02 ${BLUE_IDENTIFIER}`, identity: true, ...old, expires_epoch: 1_811_851_200_000 }],
    ],
    [
      'JSON with the name that the specification uses, and an epoch in a text',
      [
        {
          common_name: `C02 ${BLUE_IDENTIFIER}`,
          identify: 'true',
          expires_utc: '',
          expires_epoch: '1811851200000',
        },
      ],
    ],
    [
      'JSON with elements',
      [
        { size: 2 },
        {
          certificate: {
            common_name: BLUE_IDENTIFIER,
            identity: true,
            expires_utc: '2027-06-01T12:00:00.000+0000',
            expires_epoch: '',
          },
        },
      ],
    ],
  ])('is assessed correctly as %s, also with invalid and expired certificates', (_, certificates) => {
    const junk = [
      { common_name: '?Error_-26276?', identity: true, expires_utc: '', expires_epoch: '', name: '' },
      { common_name: 'com.apple.kerberos.kdc', identity: true, ...old, expires_epoch: 2_000_000_000_000 },
      { common_name: `C02 ${BLUE_IDENTIFIER}`, identity: true, ...old },
    ];
    const read = readClassic(classic({}, [...junk, ...certificates]));
    expect(assess(read, watched, NOW)).toMatchObject({
      state: 'healthy',
      matching: 2,
      certificate: { expiresAt: Date.parse('2027-06-01T12:00:00Z') },
    });
  });

  it('is assessed correctly as XML', () => {
    const xml = `<?xml version="1.0" encoding="UTF-8"?><computer><general><id>17</id><name>Zoë &amp; Co</name>
      <report_date_epoch>1795428000000</report_date_epoch><mdm_capable>true</mdm_capable><remote_management><managed>true</managed></remote_management></general>
      <location/><certificates><size>2</size>
      <certificate><common_name>C02 ${BLUE_IDENTIFIER}</common_name><identity>true</identity><expires_utc/><expires_epoch/><name/></certificate>
      <certificate><common_name>C02 ${BLUE_IDENTIFIER}</common_name><identity>true</identity><expires_utc>2026-12-01T00:00:00.000+0000</expires_utc><expires_epoch>1796083200000</expires_epoch><name/></certificate>
      </certificates><configuration_profiles><size>0</size></configuration_profiles></computer>`;
    const read = readClassic(parseXml(xml, { limit: 100_000 }));
    expect(read).toMatchObject({ name: 'Zoë & Co', managed: true, profiles: [] });
    expect(assess(read, watched, NOW)).toMatchObject({ state: 'overdue', matching: 2 });
  });

  it.each([null, [], 'x', {}, { computer: null }, { computer: {} }, { computer: { general: { id: -1 } } }])(
    'is absent in %j',
    (value) => expect(readClassicRecord(value)).toBeNull(),
  );
});
