import { expect, it } from 'vitest';
import { parseRange, withoutMapping } from '../../../src/config/values/address.js';

it.each([
  ['192.0.2.7', { address: '192.0.2.7', family: 'ipv4', prefix: 32 }],
  ['192.0.2.0/24', { address: '192.0.2.0', family: 'ipv4', prefix: 24 }],
  ['0.0.0.0/0', { address: '0.0.0.0', family: 'ipv4', prefix: 0 }],
  ['2001:db8::7', { address: '2001:db8::7', family: 'ipv6', prefix: 128 }],
  ['2001:db8::/32', { address: '2001:db8::', family: 'ipv6', prefix: 32 }],
  ['::ffff:192.0.2.0/120', { address: '192.0.2.0', family: 'ipv4', prefix: 24 }],
  ['::ffff:192.0.2.0/24', null],
  ['192.0.2.0/33', null],
  ['2001:db8::/129', null],
  ['192.0.2', null],
  ['192.0.2.0/', null],
  ['192.0.2.0/-1', null],
  ['jamf.example.com', null],
  ['', null],
])('%j is %j', (text, range) => {
  expect(parseRange(text)).toEqual(range);
});

it.each([
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['::FFFF:192.0.2.7', '192.0.2.7'],
  ['2001:db8::7', '2001:db8::7'],
  ['192.0.2.7', '192.0.2.7'],
])('%s without mapping is %s', (address, without) => {
  expect(withoutMapping(address)).toBe(without);
});
