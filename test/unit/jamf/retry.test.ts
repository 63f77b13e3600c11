import { describe, expect, it } from 'vitest';
import type { NoAnswerReason, Outcome } from '../../../src/jamf/transport/outcome.js';
import { waitBeforeAgain } from '../../../src/jamf/transport/retry.js';
import { DEFAULT_TUNING } from '../../../src/jamf/settings.js';

const answered = (status: number, headers: Record<string, string> = {}): Outcome => ({
  kind: 'answer',
  status,
  headers,
  text: '',
  json: undefined,
});
const failed = (reason: NoAnswerReason, reached: boolean): Outcome => ({
  kind: 'no-answer',
  reason,
  reached,
  detail: '',
  status: null,
});
const wait = (outcome: Outcome, { safe = true, number = 1, random = 0.5 } = {}) =>
  waitBeforeAgain(outcome, { safe, number, now: 0, random }, DEFAULT_TUNING);

describe('the retry rule', () => {
  it.each([408, 429, 500, 502, 503, 504])('repeats a read after %i', (status) => {
    expect(wait(answered(status))).not.toBeNull();
  });

  it.each([301, 400, 401, 403, 404, 409, 414, 422, 501])('does not repeat a read after %i', (status) => {
    expect(wait(answered(status))).toBeNull();
  });

  it.each([408, 500, 502, 503, 504])(
    'does not repeat a write after %i, because it may have been applied',
    (status) => {
      expect(wait(answered(status), { safe: false })).toBeNull();
    },
  );

  it('repeats a write after 429, because it was refused', () => {
    expect(wait(answered(429), { safe: false })).not.toBeNull();
  });

  it('repeats a write only if it never reached the server', () => {
    expect(wait(failed('unreachable', false), { safe: false })).not.toBeNull();
    expect(wait(failed('broken', true), { safe: false })).toBeNull();
    expect(wait(failed('timeout', true), { safe: false })).toBeNull();
    expect(wait(failed('garbled', true), { safe: false })).toBeNull();
  });

  it('repeats a read once after a timeout', () => {
    expect(wait(failed('timeout', true))).not.toBeNull();
    expect(wait(failed('timeout', true), { number: 2 })).toBeNull();
  });

  it('does not repeat permanent errors, and repeats nothing while the breaker is open', () => {
    expect(wait(failed('untrusted', false))).toBeNull();
    expect(wait(failed('too-large', true))).toBeNull();
    expect(wait(failed('held', false))).toBeNull();
  });

  it('repeats nothing after the last attempt', () => {
    expect(wait(answered(503), { number: 3 })).not.toBeNull();
    expect(wait(answered(503), { number: 4 })).toBeNull();
  });
});

describe('the retry wait', () => {
  it('doubles up to the maximum, half of it random', () => {
    const waits = (random: number) => [1, 2, 3].map((number) => wait(answered(503), { number, random }));
    expect(waits(0)).toEqual([250, 500, 1000]);
    expect(waits(1)).toEqual([500, 1000, 2000]);
  });

  it('follows Retry-After, and gives up when that exceeds the limit', () => {
    expect(wait(answered(429, { 'retry-after': '7' }), { random: 0 })).toBe(7000);
    expect(wait(answered(429, { 'retry-after': '61' }))).toBeNull();
  });
});
