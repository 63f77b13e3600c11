import { describe, expect, it } from 'vitest';
import { judgeGroup, judgeProfile } from '../../../src/doctor/profiles/profiles.js';
import { goodPair, SCEP, scopeOf } from '../domain/support/profiles.js';

describe('the two halves of a watched profile', () => {
  it('are right', () => {
    const findings = judgeProfile('okta', goodPair());
    expect(findings.map(({ level, check }) => `${level} ${check}`)).toEqual([
      'ok profile okta blue',
      'ok profile okta green',
      'ok profile okta pair',
    ]);
  });

  it('are told by what the profile audit finds in each, and in both', () => {
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

it.each([
  [true, 'fail'],
  [false, 'ok'],
])('a group that is smart (%s): %s', (smart, level) => {
  const group = { id: '31', name: 'Join green', smart, computerIds: ['6'] };
  expect(judgeGroup('okta', 'joinGreen', group)).toMatchObject({
    level,
    check: 'profile okta group joinGreen',
  });
});
