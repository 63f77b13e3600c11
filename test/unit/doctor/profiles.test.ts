import { describe, expect, it } from 'vitest';
import type { Profile, ScopeTargets } from '../../../src/domain/profile.js';
import type { ScepSettings } from '../../../src/domain/scep.js';
import { judgeGroup, judgeProfile, type ProfileFacts } from '../../../src/doctor/profiles.js';

const NONE: ScopeTargets = { computerIds: [], groupIds: [], departments: [], buildings: [] };

const profile = (id: string, scope: Partial<Profile['scope']>): Profile => ({
  id,
  name: `Okta ${id}`,
  identifier: id,
  level: 'System',
  scope: { ...NONE, allComputers: false, exclusions: NONE, ...scope },
});

const SCEP: ScepSettings = {
  url: 'https://example.okta.com/pki/1/scep/2',
  name: 'Okta CA',
  subject: 'CN=$SERIALNUMBER',
  keySize: 2048,
  keyUsage: 1,
  challengeMark: 'mark',
};

const blue = (scope: Partial<Profile['scope']> = {}) =>
  profile('12', { groupIds: ['1'], exclusions: { ...NONE, groupIds: ['32'] }, ...scope });
const green = (scope: Partial<Profile['scope']> = {}) => profile('13', { groupIds: ['31'], ...scope });

const GOOD: ProfileFacts = {
  name: 'okta',
  joinGreen: '31',
  leaveBlue: '32',
  blue: blue(),
  green: green(),
  blueScep: [SCEP],
  greenScep: [SCEP],
};

describe('the two halves of a watched profile', () => {
  it('are right', () => {
    const findings = judgeProfile(GOOD);
    expect(findings.map(({ check }) => check)).toEqual([
      'profile okta level',
      'profile okta SCEP',
      'profile okta scope of green',
      'profile okta scope of blue',
    ]);
    expect(findings.every(({ level }) => level === 'ok')).toBe(true);
  });

  it.each<[string, Partial<ProfileFacts>, string[]]>([
    [
      'at user level',
      { blue: { ...blue(), level: 'User' } },
      ['fail profile okta level: "Okta 12" (12) is at user level'],
    ],
    ['unread payloads', { blueScep: null }, []],
    ['no SCEP payload', { greenScep: [] }, ['fail profile okta SCEP: "Okta 13" (13) has no SCEP payload']],
    [
      'two SCEP payloads',
      { blueScep: [SCEP, SCEP] },
      ['warn profile okta SCEP: "Okta 12" (12) has 2 SCEP payloads'],
    ],
    [
      'no challenge',
      { greenScep: [{ ...SCEP, challengeMark: null }] },
      ['fail profile okta SCEP: "Okta 13" (13) has no challenge'],
    ],
    [
      'another challenge',
      { greenScep: [{ ...SCEP, challengeMark: 'other' }] },
      ['fail profile okta SCEP: blue and green have different challenges for one URL: one of them is wrong'],
    ],
    [
      'another key',
      { greenScep: [{ ...SCEP, keySize: 1024, keyUsage: 5 }] },
      [
        'warn profile okta SCEP: blue and green differ in key size',
        'warn profile okta SCEP: blue and green differ in key usage',
      ],
    ],
    [
      'green for all',
      { green: green({ allComputers: true }) },
      ['fail profile okta scope of green: "Okta 13" (13) goes to all computers'],
    ],
    [
      'green for more',
      { green: green({ groupIds: ['31', '1'], computerIds: ['6'], buildings: ['2'] }) },
      [
        'fail profile okta scope of green: "Okta 13" (13) goes to other groups, single computers, buildings, too',
      ],
    ],
    [
      'green for nobody',
      { green: green({ groupIds: [] }) },
      ['fail profile okta scope of green: "Okta 13" (13) does not go to the group 31'],
    ],
    [
      'green with exclusions',
      { green: green({ exclusions: { ...NONE, departments: ['4'] } }) },
      ['warn profile okta scope of green: "Okta 13" (13) has exclusions'],
    ],
    [
      'blue without the exclusion',
      { blue: blue({ exclusions: NONE }) },
      ['fail profile okta scope of blue: "Okta 12" (12) does not exclude the group 32 (leaveBlue)'],
    ],
    [
      'blue with the group as target',
      { blue: blue({ groupIds: ['1', '32'] }) },
      ['fail profile okta scope of blue: the group 32 (leaveBlue) is a target of "Okta 12" (12)'],
    ],
  ])('%s', (_, change, faults) => {
    const findings = judgeProfile({ ...GOOD, ...change }).filter(({ level }) => level !== 'ok');
    expect(findings.map(({ level, check, said }) => `${level} ${check}: ${said}`)).toEqual(faults);
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
