import { describe, expect, it } from 'vitest';
import { retryAfterOf } from '../../../src/jamf/transport/retry-after.js';

const NOW = Date.UTC(2026, 10, 23, 12, 0, 0);
const http = (at: number) => new Date(at).toUTCString();

describe('retryAfterOf', () => {
  it.each([
    ['seconds', { 'retry-after': '30' }, 30_000],
    ['no time', { 'retry-after': '0' }, 0],
    ['a date', { 'retry-after': http(NOW + 20_000) }, 20_000],
    ['a date that has passed', { 'retry-after': http(NOW - 20_000) }, 0],
    [
      'a date by the clock of a server that is an hour ahead',
      { 'retry-after': http(NOW + 3_620_000), date: http(NOW + 3_600_000) },
      20_000,
    ],
    [
      'an empty rate limit, reset in seconds',
      { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '5' },
      5_000,
    ],
    [
      'an empty rate limit, reset at an instant',
      { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(NOW / 1000 + 9) },
      9_000,
    ],
    ['an empty rate limit that does not say until when', { 'x-ratelimit-remaining': '0' }, null],
    ['a rate limit that is not empty', { 'x-ratelimit-remaining': '3', 'x-ratelimit-reset': '5' }, null],
    ['words', { 'retry-after': 'soon' }, null],
    ['nothing', {}, null],
  ])('reads %s', (_, headers, waitMs) => expect(retryAfterOf(headers, NOW)).toBe(waitMs));
});
