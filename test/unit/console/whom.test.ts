import { describe, expect, test } from 'vitest';
import type { MacFilter } from '../../../console/src/api/macs.js';
import { EVERYBODY, NOBODY, toggled } from '../../../console/src/macs/selection.js';
import { whomOf } from '../../../console/src/macs/whom.js';
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

describe('whom a request for the chosen Macs is for', () => {
  test('those that were chosen one by one', () => {
    expect(whomOf(nothing, toggled(toggled(NOBODY, '7'), '9'))).toMatchObject({
      whom: { computers: [{ id: '7' }, { id: '9' }] },
    });
  });

  test('all that match are left to the service to find, less those that are left out', () => {
    const chosen = whomOf(overdue, toggled(EVERYBODY, '7'));
    const filter = { text: 'MB', state: 'overdue', expiresBefore: soon, except: ['7'] };
    expect(chosen).toMatchObject({ whom: { filter } });
    const request = { ...('whom' in chosen && chosen.whom), reason: 'CHG-1: a test', profile: 'okta' };
    expect(redistributeRequest.safeParse(request).success).toBe(true);
  });

  const many = Array.from({ length: 101 }, (_, index) => String(index)).reduce(toggled, EVERYBODY);
  test.each([
    ['nothing is watched', { ...overdue, profile: null }, EVERYBODY, 'No profile is watched'],
    ['nothing is asked for', nothing, EVERYBODY, 'narrow it by a filter first'],
    ['they are held back', { ...nothing, blocked: 'offline' as const }, EVERYBODY, 'choose them one by one'],
    ['too many are left out', overdue, many, 'At most 100 can be left out'],
  ])('nobody when %s, and why', (_when, filter, selection, why) => {
    expect(whomOf(filter, selection)).toMatchObject({ whyNot: expect.stringContaining(why) as string });
  });
});

describe('a filter in words', () => {
  test.each([
    [{ state: 'out-of-scope', text: 'MB' }, 'All Macs found by “MB”, in the state out of scope.'],
    [{ state: 'due', except: ['1', '2'] }, 'All Macs in the state due; 2 Macs left out.'],
    [{ failed: 'all' }, 'All Macs that failed.'],
    [{ username: 'jane', name: 'MBP' }, 'All Macs of users “jane”, with the name “MBP”.'],
  ])('%j', (filter, words) => {
    expect(filterInWords(macFilter.parse(filter))).toBe(words);
  });

  test('none: they were named', () => {
    expect(filterInWords(null)).toBe('Macs that were chosen one by one.');
  });
});
