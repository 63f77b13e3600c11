import { describe, expect, test } from 'vitest';
import { groupsThatMatter, inProfileScope, inScope } from '../../../src/domain/scope.js';
import { computer, watch } from './support/fleet.js';

const NOBODY = { computerIds: [], groupIds: [], departments: [], buildings: [] };

describe('a Mac is in the scope of a profile', () => {
  const mac = computer({ id: '7', groupIds: ['20'], department: 'Research', building: 'North' });
  const scope = (targets: object, exclusions: object = {}) => ({
    allComputers: false,
    ...NOBODY,
    ...targets,
    exclusions: { ...NOBODY, ...exclusions },
  });

  test.each([
    ['everybody', scope({ allComputers: true }), true],
    ['nobody', scope({}), false],
    ['the Mac itself', scope({ computerIds: ['7'] }), true],
    ['another Mac', scope({ computerIds: ['77'] }), false],
    ['its group', scope({ groupIds: ['20'] }), true],
    ['its department', scope({ departments: ['Research'] }), true],
    ['its building', scope({ buildings: ['North'] }), true],
    ['everybody but this Mac', scope({ allComputers: true }, { computerIds: ['7'] }), false],
    ['everybody but its group', scope({ allComputers: true }, { groupIds: ['20'] }), false],
    ['its group but not its department', scope({ groupIds: ['20'] }, { departments: ['Research'] }), false],
    ['its group, another excluded', scope({ groupIds: ['20'] }, { groupIds: ['29'] }), true],
  ])('%s', (_, of, expected) => {
    expect(inProfileScope(of, mac)).toBe(expected);
  });

  test('a blank department matches no blank target', () => {
    const blank = computer({ department: '', building: '' });
    expect(inProfileScope(scope({ departments: [''], buildings: [''] }), blank)).toBe(false);
  });
});

describe('a Mac concerns a watched profile', () => {
  test.each([
    ['on blue', ['20'], true],
    ['overlapping', ['20', '21'], true],
    ['moved on to green: our own exclusion does not count', ['20', '21', '22'], true],
    ['excluded by a group of theirs', ['20', '29'], false],
    ['left the target, whatever our groups say', ['21', '22'], false],
  ])('%s', (_, groupIds, expected) => {
    expect(inScope(watch(), computer({ groupIds }))).toBe(expected);
  });

  test('only memberships in groups that a scope names, and in groups of Recert, are stored', () => {
    expect([...groupsThatMatter([watch()])].sort()).toEqual(['20', '21', '22', '29']);
  });
});
