import { describe, expect, it } from 'vitest';
import {
  judgeGroup,
  judgeProfile,
  judgeSetting,
  judgeSubject,
} from '../../../src/doctor/profiles/profiles.js';
import { goodPair, goodProfile, SCEP, scopeOf, withSubject } from '../domain/support/profiles.js';

describe('the two profiles of a watched profile', () => {
  it('have no finding when they are correct', () => {
    const findings = judgeProfile('okta', goodPair());
    expect(findings.map(({ level, check }) => `${level} ${check}`)).toEqual([
      'ok profile okta blue',
      'ok profile okta green',
      'ok profile okta pair',
    ]);
  });

  it('have the findings of the profile check, for each and for both', () => {
    const { blue, green, ...groups } = goodPair();
    const findings = judgeProfile('okta', {
      ...groups,
      blue: { ...blue, level: 'User' },
      green: { ...green, scep: [{ ...SCEP, extractable: true }], scope: scopeOf({ allComputers: true }) },
    });
    expect(findings.map(({ level, check, said }) => `${level} ${check}: ${said}`)).toEqual([
      'fail profile okta blue: the profile is at user level',
      'warn profile okta green: the private key can be exported from the keychain',
      'fail profile okta pair: "Okta green" (13) targets all computers',
    ]);
    expect(findings.every(({ todo }) => todo !== '')).toBe(true);
  });
});

describe('the setting Redistribute Profile of Jamf Pro', () => {
  const judge = (redistributeDays: number | null) =>
    judgeSetting('okta', goodProfile({ scep: [{ ...SCEP, redistributeDays }] }), 30 * 86_400_000).map(
      ({ level, said }) => `${level} ${said}`,
    );

  it('is compared with the window', () => {
    const said = 'Jamf Pro redistributes the profile 30 days before the certificate expires';
    expect(judge(30)).toEqual([`ok ${said}`]);
    expect(judge(14)).toEqual([`warn ${said.replace('30', '14')}; the setting window is 30 days`]);
  });

  it('is not mentioned if the payload does not contain it', () => {
    expect(judge(null)).toEqual([]);
  });
});

describe('a subject', () => {
  const judge = (
    subject: string,
    { pattern, mechanism = 'native' as const }: { pattern?: RegExp; mechanism?: 'native' | 'overlap' } = {},
  ) =>
    judgeSubject('profile okta', goodProfile({ scep: [{ ...SCEP, ...withSubject(['CN', subject]) }] }), {
      mechanisms: [mechanism],
      subject: pattern,
    }).map(({ level, said }) => `${level} ${said}`);

  it('has no finding when it fits and can be matched', () => {
    expect(judge('$SERIALNUMBER ma $PROFILE_IDENTIFIER')).toEqual([]);
    expect(judge('$COMPUTERNAME ma $UDID', { pattern: / ma /, mechanism: 'overlap' })).toEqual([]);
  });

  it('is an error when it is too long for every Mac', () => {
    expect(judge('$COMPUTERNAME ma $UDID', { pattern: / ma / })).toEqual([
      'fail with the mechanism native, the subject is too long for every Mac: CN of CN=$COMPUTERNAME ma $UDID has at least 78 characters, at most 64 are allowed',
    ]);
  });

  it('is an error when it can never be matched', () => {
    expect(judge('$SERIALNUMBER', { mechanism: 'overlap' })).toEqual([
      'fail the certificates of the Macs cannot be matched: the subject CN=$SERIALNUMBER has no $PROFILE_IDENTIFIER, and the configuration has no pattern (setting subject)',
    ]);
  });
});

it.each([
  [true, 'fail'],
  [false, 'ok'],
])('a smart group (%s): %s', (smart, level) => {
  const group = { id: '31', name: 'Join green', smart, computerIds: ['6'] };
  expect(judgeGroup('okta', 'joinGreen', group)).toMatchObject({
    level,
    check: 'profile okta group joinGreen',
  });
});
