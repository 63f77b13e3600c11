import { describe, expect, test } from 'vitest';
import type { MacFilter } from '../../../console/src/api/macs.js';
import { ALL_MACS, NO_MACS, toggleSelection } from '../../../console/src/macs/list/selection.js';
import { resolveTargets } from '../../../console/src/macs/list/resolve-targets.js';
import { filterInWords } from '../../../console/src/redistribute/in-words.js';
import { macFilter, redistributeRequest } from '../../../src/contract/resources/redistribution.js';

const nothing: MacFilter = {
  instance: 'prod',
  profile: 'okta',
  text: '',
  state: null,
  unknown: null,
  blocked: null,
  withinDays: null,
  sort: 'name',
};
const overdue = { ...nothing, text: 'MB', state: 'overdue' as const, withinDays: 7 };
const soon = expect.any(Number) as number;

describe('the targets of a request for the selected Macs', () => {
  test('individually selected Macs are listed', () => {
    expect(resolveTargets(nothing, toggleSelection(toggleSelection(NO_MACS, '7'), '9'))).toMatchObject({
      whom: { computers: [{ id: '7' }, { id: '9' }] },
    });
  });

  test('all matching Macs are a filter with exclusions', () => {
    const chosen = resolveTargets(overdue, toggleSelection(ALL_MACS, '7'));
    const filter = { text: 'MB', state: 'overdue', expiresBefore: soon, except: ['7'] };
    expect(chosen).toMatchObject({ whom: { filter } });
    const request = { ...('whom' in chosen && chosen.whom), reason: 'CHG-1: a test', profile: 'okta' };
    expect(redistributeRequest.safeParse(request).success).toBe(true);
  });

  const many = Array.from({ length: 101 }, (_, index) => String(index)).reduce(toggleSelection, ALL_MACS);
  test.each([
    ['no profile is watched', { ...overdue, profile: null }, ALL_MACS, 'No profile is watched'],
    ['no filter is set', nothing, ALL_MACS, 'Select a filter first'],
    [
      'the Macs are blocked',
      { ...nothing, blocked: 'offline' as const },
      ALL_MACS,
      'select the Macs individually',
    ],
    ['too many are excluded', overdue, many, 'At most 100 Macs can be excluded'],
  ])('no targets when %s, with the reason', (_when, filter, selection, why) => {
    expect(resolveTargets(filter, selection)).toMatchObject({
      whyNot: expect.stringContaining(why) as string,
    });
  });
});

describe('a filter in words', () => {
  test.each([
    [{ state: 'out-of-scope', text: 'MB' }, 'All Macs matching “MB”, in the state out of scope.'],
    [{ state: 'due', except: ['1', '2'] }, 'All Macs in the state due, except 2 Macs.'],
    [{ failed: 'all' }, 'All Macs that failed.'],
    [{ username: 'jane', name: 'MBP' }, 'All Macs of users “jane”, with the name “MBP”.'],
  ])('%j', (filter, words) => {
    expect(filterInWords(macFilter.parse(filter))).toBe(words);
  });

  test('no filter: the Macs were selected individually', () => {
    expect(filterInWords(null)).toBe('Individually selected Macs.');
  });
});
