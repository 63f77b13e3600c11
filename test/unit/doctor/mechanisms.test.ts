import { expect, it } from 'vitest';
import { auditPair } from '../../../src/domain/audit/pair.js';
import type { ProfileDetails } from '../../../src/domain/profile.js';
import { checkMechanisms, judgeAllowed, judgeExclusion } from '../../../src/doctor/profiles/mechanisms.js';
import { cycleOf, IDS, profileOf } from '../../support/redistribution/fixtures.js';

const cycle = cycleOf();
const look = (mechanisms: ('unstick' | 'overlap' | 'cycle')[], given?: typeof cycle) => ({
  profile: 'okta',
  policy: { mechanisms, cycle: given },
  blue: profileOf('blue'),
  green: profileOf('green'),
});
const levels = (findings: readonly { level: string }[]) => findings.map(({ level }) => level);
const without = (side: 'blue' | 'green') => {
  const profile = profileOf(side);
  return {
    ...profile,
    scope: { ...profile.scope, exclusions: { ...profile.scope.exclusions, groupIds: [] } },
  };
};

it.each([
  [['overlap'], undefined, 'ok', 'overlap'],
  [['unstick', 'overlap', 'cycle'], cycle, 'ok', 'unstick, overlap, cycle'],
  [['unstick', 'cycle'], cycle, 'warn', 'overlap is not enabled'],
  [['overlap'], cycle, 'warn', 'cycle is configured but not enabled'],
] as const)('assesses the mechanisms %j', (mechanisms, given, level, said) => {
  const [finding] = judgeAllowed(look([...mechanisms], given));
  expect(finding).toMatchObject({ level });
  expect(finding?.said).toContain(said);
});

it('requires the exclusion group as an exclusion of both profiles, and as a target of neither', () => {
  const both = look(['cycle'], cycle);
  expect(levels(judgeExclusion(both, IDS.exclude))).toEqual(['ok', 'ok']);
  expect(levels(judgeExclusion({ ...both, green: without('green') }, IDS.exclude))).toEqual(['ok', 'fail']);
  expect(levels(judgeExclusion({ ...both, blue: without('blue') }, IDS.exclude))).toEqual(['fail', 'ok']);
  expect(judgeExclusion(both, IDS.joinGreen)[1]?.said).toContain('is a target');
});

it('reads the group of cycle, which must be static and should be empty', async () => {
  const group = { id: IDS.exclude, name: 'Recert: excluded', smart: false, computerIds: [] as string[] };
  const check = (changes: Partial<typeof group>) =>
    checkMechanisms(
      { readGroup: () => Promise.resolve({ ...group, ...changes }) },
      look(['overlap', 'cycle'], cycle),
    );
  expect(levels((await check({})).findings)).toEqual(['ok', 'ok', 'ok', 'ok']);
  expect(levels((await check({ computerIds: ['1'] })).findings)).toEqual(['ok', 'warn', 'ok', 'ok']);
  expect(levels((await check({ smart: true })).findings)).toEqual(['ok', 'fail', 'ok', 'ok']);
  const none = await checkMechanisms(
    { readGroup: () => Promise.reject(new Error('asked')) },
    look(['overlap']),
  );
  expect(none).toMatchObject({ tried: 'unknown', findings: [{ level: 'ok' }] });
});

it('the profile check accepts green with an exclusion of the group of cycle', () => {
  const details = (side: 'blue' | 'green'): ProfileDetails => ({
    ...profileOf(side),
    install: 'automatic',
    scep: null,
    unseenScope: { limitedBy: [], users: false },
  });
  const pair = {
    joinGreen: IDS.joinGreen,
    leaveBlue: IDS.leaveBlue,
    blue: details('blue'),
    green: details('green'),
  };
  expect(auditPair({ ...pair, exclude: IDS.exclude })).toEqual([]);
  expect(auditPair(pair).map(({ rule }) => rule)).toEqual(['green-exclusions']);
});
