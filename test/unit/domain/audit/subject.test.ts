import { describe, expect, it } from 'vitest';
import { createFleetAudit } from '../../../../src/domain/audit/fleet.js';
import { subjectOf, type SubjectFacts, unknownVariables } from '../../../../src/domain/audit/subject.js';
import { goodProfile, SCEP, withSubject } from '../support/profiles.js';

const IDENTIFIER = '5F0CBB64-0000-4000-8000-000000000012';
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
  subjectOf(withSubject(['CN', subject]), IDENTIFIER, facts).tooLong.map(({ length }) => length);

describe('the subject with which a Mac renews', () => {
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

  it('has limits of their own for other attributes, and the identifier in the first common name alone', () => {
    const subject = withSubject(['O', 'y'.repeat(65)], ['CN', 'x'.repeat(27)], ['CN', 'z'.repeat(64)]);
    expect(subjectOf(subject, IDENTIFIER, mac()).tooLong).toEqual([{ type: 'O', length: 65, most: 64 }]);
  });

  it('knows a name within another, and takes no value for a variable', () => {
    expect(lengthsOf('$USERNAME$UDID', mac({ username: '$UDID' }))).toEqual([5 + 36 + 37]);
    expect(
      unknownVariables(withSubject(['CN', '$SITENAME $SITE %Nothing% 5% $5 $PROFILE_IDENTIFIER'])),
    ).toEqual(['$SITE', '%Nothing%']);
  });

  it('says nothing about what is not kept, and names what is blank', () => {
    const { tooLong, blank, unkept } = subjectOf(
      withSubject(['CN', '$ROOM $EMAIL']),
      IDENTIFIER,
      mac({ email: '' }),
    );
    expect({ tooLong, blank, unkept }).toEqual({ tooLong: [], blank: ['$EMAIL'], unkept: ['$ROOM'] });
  });
});

describe('a fleet', () => {
  it('is counted whole and listed as far as asked for', () => {
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
        said: 'the subject is too long for 2 Macs: up to 77 characters in CN=$COMPUTERNAME',
        computers: { count: 2, listed: [{ id: '2' }] },
      },
    ]);
  });

  it('with values that are not kept is not judged', () => {
    const audit = createFleetAudit(goodProfile({ scep: [{ ...SCEP, ...withSubject(['CN', '$ROOM']) }] }));
    audit.look(mac());
    expect(audit.result()).toMatchObject({ findings: [], unseen: [expect.stringContaining('$ROOM')] });
  });
});
