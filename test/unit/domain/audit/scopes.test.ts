import { describe, expect, it } from 'vitest';
import { scopeConflictOf, scopeConflicts } from '../../../../src/domain/audit/scopes.js';
import type { Profile } from '../../../../src/domain/profile.js';
import type { WatchedProfile } from '../../../../src/domain/watched.js';
import { heldBy } from '../../../../src/domain/redistribution/write.js';
import { cycleOf, IDS, profileOf, watchedOf } from '../../../support/redistribution/fixtures.js';

const { joinGreen, leaveBlue, exclude } = IDS;

/** The profile of a side with another scope: target groups (none: unchanged) and excluded groups. */
function scoped(side: 'blue' | 'green', excluded: readonly string[], targets?: readonly string[]): Profile {
  const profile = profileOf(side);
  const { scope } = profile;
  const exclusions = { ...scope.exclusions, groupIds: excluded };
  return {
    ...profile,
    scope: targets
      ? { ...scope, allComputers: false, groupIds: targets, exclusions }
      : { ...scope, exclusions },
  };
}

const watchedWith = (changes: Partial<WatchedProfile>): WatchedProfile => ({
  ...watchedOf({ cycle: cycleOf() }),
  ...changes,
});

const rulesOf = ({ blue, green, smartGroups }: WatchedProfile) =>
  green === null
    ? []
    : scopeConflicts({ joinGreen, leaveBlue, exclude, blue, green, smartGroups }).map(({ rule }) => rule);

describe('the scopes in Jamf Pro', () => {
  it('are right when green targets joinGreen, blue excludes leaveBlue, and both exclude the exclusion group', () => {
    expect(rulesOf(watchedWith({}))).toEqual([]);
    expect(heldBy({ evidence: { paused: null }, watched: watchedWith({}) })).toBeNull();
  });

  it.each<[string, Partial<WatchedProfile>, string]>([
    [
      'joinGreen and leaveBlue are exchanged',
      { blue: scoped('blue', [joinGreen, exclude]), green: scoped('green', [exclude], [leaveBlue]) },
      'groups-exchanged',
    ],
    [
      'blue and green are exchanged',
      { blue: scoped('blue', [exclude], [joinGreen]), green: scoped('green', [leaveBlue, exclude], ['1']) },
      'profiles-exchanged',
    ],
    ['green targets leaveBlue, too', { green: scoped('green', [], [joinGreen, leaveBlue]) }, 'green-scope'],
    ['green targets another group only', { green: scoped('green', [], ['5']) }, 'green-scope'],
    [
      'green excludes leaveBlue, as a copy of blue does',
      { green: scoped('green', [leaveBlue]) },
      'green-exclusions',
    ],
    ['green excludes joinGreen', { green: scoped('green', [joinGreen]) }, 'green-exclusions'],
    ['blue does not exclude leaveBlue', { blue: scoped('blue', [exclude]) }, 'blue-scope'],
    ['leaveBlue is a target of blue', { blue: scoped('blue', [leaveBlue], ['1', leaveBlue]) }, 'blue-scope'],
    ['blue excludes joinGreen', { blue: scoped('blue', [leaveBlue, joinGreen]) }, 'blue-join-green'],
    [
      'the exclusion group is a target',
      { blue: scoped('blue', [leaveBlue], ['1', exclude]) },
      'exclusion-target',
    ],
    ['joinGreen is a smart group', { smartGroups: [joinGreen] }, 'group-kind'],
  ])('stop the watched profile when %s, and the finding says what to do', (_what, changes, rule) => {
    const watched = watchedWith(changes);
    expect(rulesOf(watched)).toEqual([rule]);
    const held = heldBy({ evidence: { paused: null }, watched });
    expect(held?.reason).toBe('scopes-wrong');
    expect(held?.text).toMatch(/until the scopes are corrected: .+\. .+\.$/u);
    expect(held?.text).toContain(scopeConflictOf(watched));
  });

  it('stop the watched profile when one of its profiles was deleted in Jamf Pro', () => {
    const held = heldBy({ evidence: { paused: null }, watched: watchedWith({ gone: ['13'] }) });
    expect(held?.reason).toBe('scopes-wrong');
    expect(held?.text).toContain('no configuration profile with the ID 13 any more');
    expect(heldBy({ evidence: { paused: null }, watched: watchedWith({ gone: [] }) })).toBeNull();
  });

  it('do not stop other mechanisms when only the exclusion for cycle is missing', () => {
    expect(rulesOf(watchedWith({ blue: scoped('blue', [leaveBlue]) }))).toEqual([]);
  });
});
