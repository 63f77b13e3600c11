import { describe, expect, it } from 'vitest';
import { statusOf } from '../../../bench/connection.js';
import { percentile, spreadOf } from '../../../bench/statistics.js';
import { createRequest, type Format } from '../../../bench/webhook.js';
import { formatOf, parseBody } from '../../../src/webhooks/recognise/parse.js';
import { recognizeEvent } from '../../../src/webhooks/recognise/recognise.js';

describe('statistics', () => {
  it('returns the median, the minimum, the maximum and the percentile of the values', () => {
    expect(spreadOf([30, 1, 2])).toEqual({ median: 2, least: 1, most: 30 });
    const hundred = Array.from({ length: 100 }, (_, index) => index + 1);
    expect(percentile(hundred, 0.99)).toBe(99);
    expect(() => percentile([], 0.5)).toThrow(RangeError);
  });
});

describe('a response', () => {
  const whole = Buffer.from('HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\n\r\n{}');
  it('has a status when it is complete, not before', () => {
    expect(statusOf(whole)).toBe(202);
    for (let length = 0; length < whole.length; length += 1)
      expect(statusOf(whole.subarray(0, length))).toBeNull();
  });
  it('must have a length', () => {
    expect(() => statusOf(Buffer.from('HTTP/1.1 202 Accepted\r\n\r\n'))).toThrow('Content-Length');
  });
});

describe.each(['json', 'xml'] as const)('a request of the kind %s', (format: Format) => {
  const contentType = format === 'json' ? 'application/json' : 'text/xml';
  const understood = (bytes: Buffer) => {
    const text = bytes.toString('utf8').split('\r\n\r\n')[1] ?? '';
    return recognizeEvent(parseBody(text, formatOf({ 'content-type': contentType })));
  };

  it('is a webhook that Recert recognizes, different each time, with the same length', () => {
    const one = createRequest(format);
    const other = createRequest(format);
    const seen = [one, other, one].map((request) => {
      request.next();
      return { ...understood(request.bytes), length: request.bytes.length };
    });
    expect(new Set(seen.map(({ event }) => event))).toEqual(new Set(['ComputerInventoryCompleted']));
    expect(new Set(seen.map(({ at }) => at)).size).toBe(3);
    expect(new Set(seen.map(({ effect }) => JSON.stringify(effect))).size).toBe(3);
    expect(new Set(seen.map(({ length }) => length)).size).toBe(1);
    expect(one.bytes.toString('utf8')).toContain(
      `Content-Length: ${Buffer.byteLength(one.bytes.toString('utf8').split('\r\n\r\n')[1] ?? '')}`,
    );
  });
});
