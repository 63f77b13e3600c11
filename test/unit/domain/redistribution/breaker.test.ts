import { describe, expect, it } from 'vitest';
import {
  judgeFleet,
  judgeResults,
  type Result,
} from '../../../../src/domain/redistribution/safety-limits/circuit-breaker.js';

const POLICY = { inARow: 3, sameError: 3, share: 0.2, of: 20 };
const CHALLENGE =
  'The SCEP server at “https://okta.example/scep” refused the certificate request: the challenge password is not valid. <MDM-SCEP:15001>';
const good = (computerId: number): Result => ({
  computerId: `${computerId}`,
  outcome: 'verified',
  error: '',
  at: computerId,
});
const bad = (computerId: number, error = ''): Result => ({
  computerId: `${computerId}`,
  outcome: error === '' ? 'unproven' : 'error',
  error,
  at: computerId,
});
/** Oldest first in this test; the store returns the newest first. */
const judge = (...results: Result[]) =>
  judgeResults(results.toReversed(), POLICY, { profile: 'okta', full: false });
const judgeFull = (...results: Result[]) =>
  judgeResults(results.toReversed(), POLICY, { profile: 'okta', full: true });

describe('the circuit breaker', () => {
  it('stays closed while most attempts succeed', () => {
    expect(judge()).toBeNull();
    expect(judge(bad(1), bad(2), good(3), bad(4), bad(5), good(6))).toBeNull();
  });

  it('opens at the third unproven attempt in a row, even if a success is recorded later', () => {
    expect(judge(good(1), bad(2), bad(3))).toBeNull();
    expect(judge(good(1), bad(2), bad(3), bad(4))).toMatchObject({ reason: 'in-a-row' });
    expect(judge(bad(2), bad(3), bad(4), good(5))).toMatchObject({ reason: 'in-a-row' });
  });

  it('does not count an attempt that was verified later, unless it failed with an error', () => {
    const late = (result: Result): Result => ({ ...result, attempt: `r-${result.computerId}/1` });
    const noCommand = (id: number): Result => late({ ...bad(id), outcome: 'no-command' });
    expect(judge(noCommand(1), late(good(1)), noCommand(2), late(bad(3)))).toBeNull();
    expect(judge(noCommand(1), noCommand(2), late(good(2)), late(bad(3)))).toBeNull();
    expect(judge(noCommand(1), noCommand(2), noCommand(3), good(2))).not.toBeNull();
    const error = (id: number) => late(bad(id, 'refused'));
    expect(judge(error(1), error(2), error(3), late(good(1)))).not.toBeNull();
  });

  it('opens at the same error on three Macs, and says where to look', () => {
    expect(judge(bad(1, CHALLENGE), good(2), bad(1, CHALLENGE), good(3), bad(4, CHALLENGE))).toBeNull();
    const breaker = judge(bad(1, CHALLENGE), good(2), bad(3, CHALLENGE), good(4), bad(5, CHALLENGE));
    expect(breaker).toMatchObject({ reason: 'same-error', at: 5 });
    expect(breaker?.text).toContain('the challenge password is not valid');
    expect(breaker?.text).toContain('Check whether the SCEP challenge was reset in Okta');
    expect(breaker?.text).toContain('recert resume');
  });

  it.each([
    ['the common name is longer than 64 characters <MDM-SCEP:15001>', 'longer than 64'],
    ['The server answered 429 Too Many Requests', 'hourlyCap'],
    ['The network connection was lost', 'reach the SCEP server'],
    ['something nobody has seen', 'command history'],
  ])('names the cause of %s', (error, words) => {
    expect(judge(bad(1, error), bad(2, error), bad(3, error))?.text).toContain(words);
  });

  it('treats errors as the same when only numbers differ', () => {
    const error = (id: string) => `request ${id} failed`;
    expect(
      judge(bad(1, error('17')), good(2), bad(3, error('a1b2c3d4')), good(4), bad(5, error('9'))),
    ).toMatchObject({ reason: 'same-error' });
  });

  it('opens when a fifth of the last twenty attempts failed', () => {
    const run = Array.from({ length: 20 }, (_, index) =>
      [3, 8, 13, 18].includes(index) ? bad(index, `cause ${'abcdefghijklmnopqrst'[index]}`) : good(index),
    );
    expect(judge(...run.slice(0, 19))).toBeNull();
    expect(judge(...run)).toMatchObject({ reason: 'share' });
  });
});

describe('in full operation', () => {
  const failing = (share: number, seed: number) => {
    let random = seed;
    const roll = () => (random = (random * 16_807) % 2_147_483_647) / 2_147_483_647;
    return Array.from({ length: 1_000 }, (_, index) =>
      roll() < share ? bad(index, `enrollment failed (${index})`) : good(index),
    );
  };
  const opens = (results: readonly Result[]) =>
    results.findIndex((_, index) => judgeFull(...results.slice(Math.max(0, index - 99), index + 1)) !== null);

  it('stays closed when 2 of 100 requests fail with the same error, and opens when 40 do', () => {
    for (let seed = 1; seed <= 10; seed += 1) {
      expect(opens(failing(0.02, seed)), `seed ${seed}`).toBe(-1);
      expect(opens(failing(0.4, seed)), `seed ${seed}`).toBeGreaterThan(0);
    }
  });

  it('opens at the sixth failure in a row, and as in the canary before twenty results are known', () => {
    const healthy = Array.from({ length: 60 }, (_, index) => good(index));
    const down = Array.from({ length: 6 }, (_, index) => bad(100 + index, 'the CA does not answer'));
    expect(judgeFull(...healthy, ...down.slice(0, 5))).toBeNull();
    expect(judgeFull(...healthy, ...down)).toMatchObject({ reason: 'in-a-row' });
    expect(judgeFull(...healthy.slice(0, 5), ...down.slice(0, 3))).toMatchObject({ reason: 'same-error' });
  });

  it('counts an acknowledged attempt as a failure once inventory does not show its certificate', () => {
    const installed = [1, 2, 3].map((mac) => ({ ...good(mac), outcome: 'installed' as const }));
    const unproven = [1, 2, 3].map((mac) => ({ ...good(mac), outcome: 'unproven' as const }));
    expect(judge(...installed, ...unproven.slice(0, 2))).toBeNull();
    const inTurn = installed.flatMap((one, index) => [one, unproven[index] ?? one]);
    expect(judge(...inTurn)).toMatchObject({ reason: 'in-a-row' });
  });
});

describe('a fleet that changes suddenly', () => {
  const day = (changes: object) => ({ at: 0, inScope: 1000, due: 30, unknown: 20, ...changes });

  it('opens the circuit breaker when more than three times as many Macs are due', () => {
    expect(judgeFleet(day({}), day({ due: 90 }), 'okta')).toBeNull();
    expect(judgeFleet(day({}), day({ due: 91 }), 'okta')).toMatchObject({ reason: 'due-rush' });
    expect(judgeFleet(day({ due: 1 }), day({ due: 19 }), 'okta')).toBeNull();
    expect(judgeFleet(day({ due: 0, expected: 150 }), day({ due: 150 }), 'okta')).toBeNull();
  });

  it('opens the circuit breaker when far fewer Macs are known', () => {
    expect(judgeFleet(day({}), day({ unknown: 120 }), 'okta')).toBeNull();
    expect(judgeFleet(day({}), day({ unknown: 130 }), 'okta')).toMatchObject({ reason: 'coverage' });
  });
});
