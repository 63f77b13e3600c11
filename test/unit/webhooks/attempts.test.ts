import { describe, expect, it } from 'vitest';
import { createFailedAttempts } from '../../../src/webhooks/http/failed-attempts.js';

const LIMIT = 20;
const ALL = 200;

function setUp() {
  const clock = { at: 1_000_000 };
  const attempts = createFailedAttempts(() => clock.at);
  return {
    clock,
    failed: (address: string) => attempts.failed(address),
    /** Records this many failures and returns the last result. */
    fail: (times: number, address: string) => {
      let last = attempts.failed(address);
      for (let count = 1; count < times; count += 1) last = attempts.failed(address);
      return last;
    },
  };
}

const told = { limitedMs: 0, told: true, begins: null };

describe('failed authentication attempts', () => {
  it('are reported until one source has too many, which is reported once', () => {
    const { clock, fail, failed } = setUp();
    expect(fail(LIMIT, '192.0.2.1')).toEqual(told);
    clock.at += 10_000;
    expect(failed('192.0.2.1')).toEqual({ limitedMs: 50_000, told: false, begins: 'source' });
    expect(fail(1_000, '192.0.2.1')).toEqual({ limitedMs: 50_000, told: false, begins: null });
    expect(failed('192.0.2.2')).toEqual(told);
  });

  it('are forgotten after a minute, regardless of their number', () => {
    const { clock, fail, failed } = setUp();
    fail(1_000, '192.0.2.1');
    clock.at += 59_999;
    expect(failed('192.0.2.1').limitedMs).toBe(1);
    clock.at += 1;
    expect(failed('192.0.2.1')).toEqual(told);
    expect(fail(LIMIT, '192.0.2.1').begins).toBe('source');
  });

  it('of one source do not suppress the reports of others', () => {
    const { fail, failed } = setUp();
    fail(10 * ALL, '192.0.2.1');
    expect(failed('192.0.2.2')).toEqual(told);
  });

  it('of many sources are reported until the total is too high', () => {
    const { clock, failed } = setUp();
    const answers = Array.from({ length: 3 * ALL }, (_, index) =>
      failed(`10.0.${index >> 8}.${index & 255}`),
    );
    expect(answers.filter((one) => one.told)).toHaveLength(ALL);
    expect(answers.filter(({ begins }) => begins !== null)).toEqual([
      { limitedMs: 0, told: false, begins: 'all' },
    ]);
    clock.at += 60_000;
    expect(failed('192.0.2.1')).toEqual(told);
  });

  it.each([
    ['one network of IPv6', '2001:db8:0:1::1', '2001:DB8::1:ffff:0:0:2', true],
    ['two networks of IPv6', '2001:db8:0:1::1', '2001:db8:0:2::1', false],
    ['what is written in full', '2001:db8:0:1:0:0:0:1', '2001:0db8:0000:0001::2', true],
    ['IPv4 over IPv6', '192.0.2.1', '::ffff:192.0.2.1', true],
    ['two neighbours in IPv4', '192.0.2.1', '192.0.2.2', false],
    ['what is no address', 'unknown', '<script>', true],
  ])('recognize %s', (_, one, other, same) => {
    const { fail, failed } = setUp();
    fail(LIMIT, one);
    expect(failed(other).begins === 'source').toBe(same);
  });

  it('are stored for a limited number of sources, and the oldest is removed first', () => {
    const { fail, failed } = setUp();
    const other = (index: number) => `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`;
    fail(LIMIT + 1, '192.0.2.1');
    for (let index = 0; index < 9_999; index += 1) failed(other(index));
    expect(failed('192.0.2.1').limitedMs).toBeGreaterThan(0);
    failed(other(9_999));
    expect(failed('192.0.2.1').limitedMs).toBe(0);
  });
});
