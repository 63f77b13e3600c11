import { expect, test } from 'vitest';
import { concerns } from '../../../console/src/api/concerns.js';

const redistribution = { topic: 'redistributions', instance: 'prod', id: 'r7', computerId: '7' } as const;

test.each([
  [redistribution, ['redistribution', 'r7'], true],
  [redistribution, ['redistribution', 'r8'], false],
  [redistribution, ['redistributions', 'prod', null], true],
  [redistribution, ['redistributions', 'staging', null], false],
  [redistribution, ['computer', 'prod', '7'], true],
  [redistribution, ['computer', 'prod', '8'], false],
  [redistribution, ['computer', 'staging', '7'], false],
  [redistribution, ['overview'], true],
  [redistribution, ['computers', 'prod', ''], false],
  [{ topic: 'computers', instance: 'prod' }, ['computers', 'prod', ''], true],
  [{ topic: 'computers', instance: null }, ['computers', 'staging', ''], true],
  [{ topic: 'audit', instance: null }, ['audit'], true],
  [{ topic: 'audit', instance: null }, ['overview'], false],
  [{ topic: 'everything', instance: null }, ['whatever'], true],
  [{ topic: 'credentials', instance: null }, ['audit'], false],
] as const)('%o concerns %o: %s', (change, key, expected) => {
  expect(concerns(change, key)).toBe(expected);
});
