import { expect, it } from 'vitest';
import { profileSchema } from '../../../src/config/sections/profile.js';

const DAY = 86_400_000;
const problemsOf = (settings: unknown) =>
  profileSchema
    .safeParse(settings)
    .error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];

it.each([
  ['one profile', { profile: 12 }, ['native', 'unstick'], 14 * DAY],
  [
    'a second profile',
    { profile: 12, overlap: { green: 13, joinGreen: 31, leaveBlue: 32 } },
    ['native', 'unstick', 'overlap'],
    0,
  ],
  ['an exclusion group', { profile: 12, cycle: { exclude: 33 } }, ['native', 'unstick', 'cycle'], 14 * DAY],
  ['only native', { profile: 12, mechanisms: ['native'] }, ['native'], 14 * DAY],
  [
    'a configuration without profile',
    { overlap: { blue: 12, green: 13, joinGreen: 31, leaveBlue: 32 }, cycle: { exclude: 33 } },
    ['overlap'],
    0,
  ],
])('the mechanisms follow from the configuration: %s', (_what, settings, mechanisms, nativeGrace) => {
  expect(profileSchema.parse(settings)).toMatchObject({ profile: '12', mechanisms, nativeGrace });
});

it.each([
  [{}, 'profile: is missing'],
  [{ profile: 12, overlap: { joinGreen: 31, leaveBlue: 32 } }, 'overlap.green: is missing'],
  [
    { profile: 12, overlap: { blue: 14, green: 13, joinGreen: 31, leaveBlue: 32 } },
    'overlap.blue: differs from `profile`',
  ],
  [{ profile: 12, mechanisms: ['overlap'] }, 'overlap: is missing'],
  [{ profile: 12, mechanisms: ['unstick', 'native'] }, 'mechanisms: does not begin with native'],
])('reports the error of %j', (settings, problem) => {
  expect(problemsOf(settings).join('\n')).toContain(problem);
});
