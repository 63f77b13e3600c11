import { expect, it } from 'vitest';
import { foreignChanges, type OwnWrite } from '../../../src/domain/groups/group-watch.js';

const MINUTE = 60_000;
const NOW = 100 * MINUTE;
const BEFORE = 85 * MINUTE;

/** Returns the reported changes of a group whose members were `before` and are `now`. */
const told = (
  before: readonly string[] | null,
  now: readonly string[],
  writes: Readonly<Record<string, OwnWrite>> = {},
) => {
  const { changes, settled } = foreignChanges({
    groupId: '31',
    before: before && { members: new Set(before), at: BEFORE },
    now: { members: new Set(now), at: NOW },
    writes: new Map(Object.entries(writes)),
  });
  return [
    ...changes.map(({ op, computerId }) => `${op} ${computerId}`),
    ...settled.map((id) => `settled ${id}`),
  ];
};

const written = (shown: boolean | null, minutesAgo = 10): OwnWrite => ({
  shown,
  at: NOW - minutesAgo * MINUTE,
});

it('reports members that were added or removed without a write of this installation', () => {
  expect(told(['1', '2'], ['2', '3'])).toEqual(['removed 1', 'added 3']);
});

it('does not report changes of this installation', () => {
  expect(told(['1'], ['2'], { 1: written(false), 2: written(true) })).toEqual(['settled 1', 'settled 2']);
});

it('does not report the first reading, such as after the loss of Redis', () => {
  expect(told(null, ['1', '2'])).toEqual([]);
});

it('reports a change of this installation that someone else reverted', () => {
  expect(told([], [], { 1: written(true) })).toEqual(['removed 1', 'settled 1']);
});

it.each<[string, OwnWrite]>([
  ['is recent, because another node of Jamf Pro may not show it yet', written(true, 1)],
  ['has an unknown result', written(null)],
])('accepts any membership of a Mac whose write %s', (_what, write) => {
  expect(told(['1'], [], { 1: write }).filter((one) => !one.startsWith('settled'))).toEqual([]);
  expect(told([], ['1'], { 1: write }).filter((one) => !one.startsWith('settled'))).toEqual([]);
});

it('remembers a recent write until a later reading must show it', () => {
  expect(told([], ['1'], { 1: written(true, 1) })).toEqual([]);
});
