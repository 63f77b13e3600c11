import { expect, test } from 'vitest';
import { loadOf } from '../../../../src/domain/redistribution/safety-limits/load.js';

const HOUR = 3_600_000;
const policy = { hourlyCap: 50, inFlight: 100 };

test.each([
  ['one is as long as its proof', 1, policy, false, HOUR],
  ['those of one hour are, too', 50, policy, false, HOUR],
  ['one more begins an hour later, and the hourly cap is what counts', 251, policy, false, 6 * HOUR],
  ['few in flight make rounds', 50, { hourlyCap: 50, inFlight: 10 }, false, 5 * HOUR],
  ['past the hourly cap only the rounds count', 251, policy, true, 3 * HOUR],
])('%s', (_what, count, caps, pastHourlyCap, durationMs) => {
  const load = loadOf(count, caps, { proofMs: HOUR, pastHourlyCap });
  expect(load).toMatchObject({ issuances: count, durationMs, hourlyCap: pastHourlyCap ? null : 50 });
  expect(load.calls).toBeGreaterThanOrEqual(count);
});
