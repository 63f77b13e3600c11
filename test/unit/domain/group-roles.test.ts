import { expect, it } from 'vitest';
import { doubleRoles } from '../../../src/domain/groups/group-roles.js';

const URL_A = 'https://a.example.com';
const okta = { overlap: { blue: '12', green: '13', joinGreen: '31', leaveBlue: '32' } };
const other = { overlap: { blue: '14', green: '15', joinGreen: '34', leaveBlue: '35' } };
const cycle = { exclude: '33' };

/** The problems of one server with the profiles `okta` and, when given, `other`. */
const found = (first: object, second?: object, more: { url?: string; profiles: object }[] = []) =>
  doubleRoles(
    [
      {
        url: URL_A,
        profiles: { okta: { ...okta, ...first }, ...(second && { other: { ...other, ...second } }) },
      },
      ...more,
    ].map(({ url = URL_A, profiles }, index) => ({ instance: `s${index}`, url, profiles: { ...profiles } })),
  ).map(({ path, message }) => `${path.join('.')} ${message}`);

it('accepts a separate group for each role', () => {
  expect(found({ cycle }, { cycle: { exclude: '36' } })).toEqual([]);
});

it('names both settings when joinGreen and leaveBlue are the same group', () => {
  expect(found({ overlap: { ...okta.overlap, leaveBlue: '31' } })).toEqual([
    's0.profiles.okta.overlap.leaveBlue is group 31, which is also s0.profiles.okta.overlap.joinGreen. Set a separate static group for each of them',
  ]);
});

it.each([
  [
    'the exclusion group is leaveBlue of the same profile',
    () => found({ cycle: { exclude: '32' } }),
    's0.profiles.okta.cycle.exclude',
  ],
  [
    'two watched profiles share a group',
    () => found({}, { overlap: { ...other.overlap, leaveBlue: '31' } }),
    's0.profiles.other.overlap.leaveBlue',
  ],
  [
    'two watched profiles share an exclusion group',
    () => found({ cycle }, { cycle }),
    's0.profiles.other.cycle.exclude',
  ],
  [
    'a group of one profile is the exclusion group of another',
    () => found({}, { cycle: { exclude: '32' } }),
    's0.profiles.other.cycle.exclude',
  ],
  [
    'green of one profile is blue of another',
    () => found({}, { overlap: { ...other.overlap, blue: '13' } }),
    's0.profiles.other.overlap.blue',
  ],
  [
    'two instances with one URL share a group, whatever the spelling of the URL',
    () =>
      found({ cycle }, undefined, [
        { url: 'https://A.example.com:443//', profiles: { other: { ...other, cycle } } },
      ]),
    's1.profiles.other.cycle.exclude',
  ],
])('refuses when %s', (_what, problems, path) => {
  expect(problems()).toEqual([expect.stringContaining(`${path} is `)]);
});

it('accepts the same IDs on another server', () => {
  expect(
    found({ cycle }, undefined, [{ url: 'https://b.example.com', profiles: { okta: { ...okta, cycle } } }]),
  ).toEqual([]);
});
