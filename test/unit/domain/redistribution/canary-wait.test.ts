import { expect, it } from 'vitest';
import {
  canaryWaitMs,
  isSeenForCanary,
} from '../../../../src/domain/redistribution/safety-limits/canary-wait.js';
import { DAY, START, watchedOf } from '../../../support/redistribution/fixtures.js';

const HOUR = 3_600_000;
const MINUTE = 60_000;
const { waits } = watchedOf({}).policy;
const times = { waits: { ...waits, command: 15 * MINUTE, online: DAY }, now: START };

it.each([
  ['as long as allowed when no certificate waits', null, DAY],
  ['as long as allowed when the most urgent certificate has much time left', START + 40 * DAY, DAY],
  ['exactly as long as allowed at twenty times that', START + 20 * DAY, DAY],
  ['a twentieth of the time that the most urgent certificate has left', START + 10 * DAY, 12 * HOUR],
  ['at least as long as a Mac in use needs to answer', START + 2 * HOUR, 15 * MINUTE],
  ['no less than that when the certificate has expired', START - 5 * DAY, 15 * MINUTE],
])('a canary place waits %s', (_what, nextExpiresAt, expected) => {
  expect(canaryWaitMs(DAY, nextExpiresAt, times)).toBe(expected);
});

it('never waits longer than allowed, even for the answer of a Mac in use', () => {
  expect(canaryWaitMs(MINUTE, START - DAY, times)).toBe(MINUTE);
});

it.each([
  ['was in contact within the hour', START - HOUR + 1, true],
  ['was in contact an hour ago', START - HOUR, false],
  ['never was in contact', null, false],
])('a Mac that %s: %s', (_what, lastContactAt, expected) => {
  expect(isSeenForCanary(lastContactAt, times)).toBe(expected);
});

it('a Mac that counts as offline sooner gets no place after that', () => {
  const soon = { waits: { ...times.waits, online: 10 * MINUTE }, now: START };
  expect(isSeenForCanary(START - 9 * MINUTE, soon)).toBe(true);
  expect(isSeenForCanary(START - 10 * MINUTE, soon)).toBe(false);
});
