import { describe, expect, it } from 'vitest';
import { createFleetAudit } from '../../../../src/domain/audit/fleet.js';
import { subjectOf, type SubjectFacts, unknownVariables } from '../../../../src/domain/audit/subject.js';
import { auditSettings } from '../../../../src/domain/audit/settings.js';
import { watch } from '../support/fleet.js';
import { goodProfile, SCEP, withSubject } from '../support/profiles.js';

const IDENTIFIER = '5F0CBB64-0000-4000-8000-000000000012';
const PROFILE = { id: '12', identifier: IDENTIFIER };
const mac = (more: Partial<SubjectFacts> = {}): SubjectFacts => ({
  id: '6',
  udid: '0D4C6A7E-0000-4000-8000-000000000006',
  serialNumber: 'C02XK1ABJG5J',
  managementId: '',
  name: 'mac',
  username: 'jane',
  realName: 'Jane',
  email: 'jane@example.com',
  ...more,
});
const lengthsOf = (subject: string, facts = mac()) =>
  subjectOf(withSubject(['CN', subject]), PROFILE, facts).tooLong.map(({ length }) => length);

describe('the subject of a renewed certificate', () => {
  it.each([
    ["Okta's first example", '$COMPUTERNAME ma $UDID', [3 + 4 + 36 + 37]],
    ['with the identifier at hand', '$SERIALNUMBER ma $PROFILE_IDENTIFIER', []],
    ['64 characters', `${'x'.repeat(27)} $PROFILE_IDENTIFIER`, []],
    ['65 characters', `${'x'.repeat(28)} $PROFILE_IDENTIFIER`, [65]],
    ['64 characters once the identifier is added', 'x'.repeat(27), []],
    ['65 characters once the identifier is added', 'x'.repeat(28), [65]],
    ["Apple's variables", '%ComputerName% managementAttestation %HardwareUUID%', [3 + 23 + 36 + 37]],
  ])('%s', (_, subject, lengths) => {
    expect(lengthsOf(subject)).toEqual(lengths);
  });

  it('counts characters, not bytes or UTF-16 units', () => {
    expect(lengthsOf('$COMPUTERNAME', mac({ name: '💻'.repeat(27) }))).toEqual([]);
    expect(lengthsOf('$COMPUTERNAME', mac({ name: 'ü'.repeat(28) }))).toEqual([65]);
  });

  it('has separate limits for other attributes, and adds the identifier to the first common name only', () => {
    const subject = withSubject(['O', 'y'.repeat(65)], ['CN', 'x'.repeat(27)], ['CN', 'z'.repeat(64)]);
    expect(subjectOf(subject, PROFILE, mac()).tooLong).toEqual([{ type: 'O', length: 65, most: 64 }]);
  });

  it('recognizes a variable name inside another name, and treats no value as a variable', () => {
    expect(lengthsOf('$USERNAME$UDID', mac({ username: '$UDID' }))).toEqual([5 + 36 + 37]);
    expect(
      unknownVariables(withSubject(['CN', '$SITENAME $SITE %Nothing% 5% $5 $PROFILE_IDENTIFIER'])),
    ).toEqual(['$SITE', '%Nothing%']);
  });

  it('ignores attributes that are not stored, and names blank values', () => {
    const { tooLong, blank, unkept } = subjectOf(
      withSubject(['CN', '$ROOM $EMAIL']),
      PROFILE,
      mac({ email: '' }),
    );
    expect({ tooLong, blank, unkept }).toEqual({ tooLong: [], blank: ['$EMAIL'], unkept: ['$ROOM'] });
  });
});

describe('a variable', () => {
  const look = (value: string) => {
    const subject = withSubject(['CN', value]);
    const { unkept, first } = subjectOf(subject, PROFILE, mac());
    return { unknown: unknownVariables(subject), unkept, value: first[0]?.[1] };
  };

  it.each([
    ['$JSSID-$PROFILEJSSID', '6-12'],
    ['$PROFILEJSSID$JSSID', '126'],
    ['$PROFILE_IDENTIFIER', IDENTIFIER],
    ['%HardwareUUID%%SerialNumber%', '0D4C6A7E-0000-4000-8000-000000000006C02XK1ABJG5J'],
    ['$FULLNAME/$REALNAME', 'Jane/Jane'],
    ['5% of $5 and 100%', '5% of $5 and 100%'],
  ])('%s has a stored value', (value, filled) => {
    expect(look(value)).toEqual({ unknown: [], unkept: [], value: filled });
  });

  it.each([
    '%AD_ComputerName%',
    '%AD_ComputerID%',
    '%AD_DomainNameDNS%',
    '%AD_KerberosID%',
    '%HostName%',
    '$EXTENSIONATTRIBUTE_2',
    '$EXTENSIONATTRIBUTE_147',
    '$DEPARTMENTID',
    '$SITENAME',
  ])('%s is known but has no stored value', (name) => {
    expect(look(`x${name}`)).toEqual({ unknown: [], unkept: [name], value: 'x' });
  });

  it.each([
    '$EXTENSIONATTRIBUTE',
    '$PROFILEID',
    '%AD_Computer_9%',
    '$SerialNumber',
    '$udid',
    '%serialnumber%',
  ])('%s is unknown: names are case-sensitive and must match completely', (name) => {
    expect(look(name)).toEqual({ unknown: [name], unkept: [], value: name });
  });

  it('in lower case that resembles no known name is text', () => {
    expect(look('a$price')).toMatchObject({ unknown: [], value: 'a$price' });
  });
});

describe('an attribute type', () => {
  it.each([
    ['2.5.4.3', 'CN', 64],
    ['OID.2.5.4.3', 'CN', 64],
    ['oid:2.5.4.3', 'CN', 64],
    [' cn ', 'CN', 64],
    ['commonName', 'CN', 64],
    ['Common Name', 'CN', 64],
    ['2.5.4.10', 'O', 64],
    ['organizationalUnitName', 'OU', 64],
    ['OID.2.5.4.6', 'C', 2],
    ['localityName', 'L', 128],
    ['1.2.840.113549.1.9.1', 'E', 255],
  ])('%j is %s: at most %i characters', (written, type, most) => {
    const { tooLong } = subjectOf({ attributes: [[written, `${'x'.repeat(most)}$JSSID`]] }, PROFILE, mac());
    expect(tooLong).toMatchObject([{ type, most }]);
  });

  it('that is another common name gets the identifier, and the common name is not missing', () => {
    const { tooLong } = subjectOf({ attributes: [['2.5.4.3', 'x'.repeat(36)]] }, PROFILE, mac());
    expect(tooLong).toEqual([{ type: 'CN', length: 73, most: 64 }]);
    for (const type of ['2.5.4.3', 'OID.2.5.4.3', 'commonname'])
      expect(
        auditSettings(goodProfile({ scep: [{ ...SCEP, ...withSubject([type, 'a $PROFILE_IDENTIFIER']) }] })),
      ).toEqual([]);
  });

  it('that is unknown has no limit', () => {
    expect(subjectOf({ attributes: [['2.5.4.99', 'x'.repeat(300)]] }, PROFILE, mac()).tooLong).toEqual([]);
  });
});

describe('a subject without the identifier', () => {
  const findingsWith = (pattern: RegExp | undefined, ...attributes: [string, string][]) => {
    const profile = goodProfile({ scep: [{ ...SCEP, ...withSubject(...attributes) }] });
    const audit = createFleetAudit(profile, 1, watch({ policy: { subject: pattern } }));
    audit.look(mac());
    audit.look(mac({ id: '7' }));
    return audit.result().findings.filter(({ rule }) => rule === 'subject-pattern');
  };

  it.each<[string, RegExp, [string, string][]]>([
    [
      'the pattern names OU',
      /OU=okta-device/iu,
      [
        ['O', 'Acme'],
        ['CN', '%HardwareUUID%'],
        ['OU', 'okta-device'],
      ],
    ],
    [
      'the pattern has the order of the inventory',
      /^OU=b, CN=/u,
      [
        ['CN', '$UDID'],
        ['OU', 'b'],
      ],
    ],
    [
      'the type is an OID',
      /OU=okta/u,
      [
        ['2.5.4.3', '$UDID'],
        ['2.5.4.11', 'okta'],
      ],
    ],
    ['a value is not stored', /^CN=Room 5$/u, [['CN', '$ROOM']]],
    ['it has the identifier after all', /nothing/u, [['CN', '$PROFILE_IDENTIFIER']]],
  ])('is accepted when it matches: %s', (_, pattern, attributes) => {
    expect(findingsWith(pattern, ...attributes)).toEqual([]);
  });

  it.each<[string, RegExp, [string, string][]]>([
    [
      'the pattern does not name the type',
      /okta-device/u,
      [
        ['CN', '%HardwareUUID%'],
        ['OU', 'okta-device'],
      ],
    ],
    ['the common name is a UUID alone', /./u, [['CN', '$UDID']]],
    ['the common name begins with com.apple.', /jane/u, [['CN', 'com.apple.$USERNAME']]],
    [
      'the pattern has another text',
      /OU=okta/u,
      [
        ['CN', '$SERIALNUMBER'],
        ['OU', 'vpn'],
      ],
    ],
  ])('is an error: %s', (_, pattern, attributes) => {
    expect(findingsWith(pattern, ...attributes)).toMatchObject([
      { severity: 'error', computers: { count: 2, listed: [{ id: '6' }] } },
    ]);
  });

  it('is not an error for a profile without a pattern, or for one that Recert does not renew', () => {
    expect(findingsWith(undefined, ['CN', '$SERIALNUMBER'])).toEqual([]);
  });
});

describe('a fleet', () => {
  it('is counted completely and listed up to the limit', () => {
    const profile = goodProfile({ scep: [{ ...SCEP, ...withSubject(['CN', '$COMPUTERNAME']) }] });
    const audit = createFleetAudit(profile, 1);
    for (const [id, length] of [
      ['1', 27],
      ['2', 28],
      ['3', 40],
    ] as const)
      audit.look(mac({ id, name: 'x'.repeat(length) }));
    const { computers, findings, unseen } = audit.result();
    expect(computers).toBe(3);
    expect(unseen).toEqual([]);
    expect(findings).toMatchObject([
      {
        rule: 'subject-length',
        said: 'with the mechanism native, the subject is too long for 2 Macs: up to 77 characters in CN=$COMPUTERNAME',
        computers: { count: 2, listed: [{ id: '2' }] },
      },
    ]);
  });

  it('is not assessed when it uses values that are not stored', () => {
    const audit = createFleetAudit(goodProfile({ scep: [{ ...SCEP, ...withSubject(['CN', '$ROOM']) }] }));
    audit.look(mac());
    expect(audit.result()).toMatchObject({ findings: [], unseen: [expect.stringContaining('$ROOM')] });
  });
});
