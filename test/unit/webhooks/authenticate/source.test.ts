import { Socket } from 'node:net';
import { expect, it } from 'vitest';
import { addressList, fromSources } from '../../../../src/webhooks/authenticate/source.js';

it.each([
  ['192.0.2.0/24', '192.0.2.255', true],
  ['192.0.2.0/24', '::ffff:192.0.2.7', true],
  ['192.0.2.0/24', '192.0.3.0', false],
  ['192.0.2.9/24', '192.0.2.1', true],
  ['192.0.2.7', '192.0.2.8', false],
  ['::ffff:192.0.2.7', '192.0.2.7', true],
  ['0.0.0.0/0', '198.51.100.1', true],
  ['0.0.0.0/0', '2001:db8::1', false],
  ['::/0', '2001:db8::1', true],
  ['::/0', '198.51.100.1', false],
  ['::/0', '::ffff:198.51.100.1', false],
  ['2001:db8::/32', '2001:db8:ffff::1', true],
  ['2001:db8::/32', '2001:DB8:0:0:0:0:0:1', true],
  ['2001:db8::/32', '2001:db9::1', false],
  ['192.0.2.7', '192.0.2.7:4711', false],
  ['192.0.2.7', 'unknown', false],
  ['192.0.2.7', '', false],
])('%s contains %j: %s', (range, address, held) => {
  const listed = addressList(['203.0.113.1', range]);
  expect([listed(address), listed(address)]).toEqual([held, held]);
});

it('the cache of addresses stays correct and small when more are checked than it stores', () => {
  const listed = addressList(['10.0.0.0/16']);
  for (let index = 0; index < 3_000; index += 1) {
    const [third, fourth] = [index >> 8, index & 255];
    expect(listed(`10.0.${third}.${fourth}`)).toBe(true);
    expect(listed(`10.1.${third}.${fourth}`)).toBe(false);
  }
});

it('credentials are checked even if the address is wrong, and operators see the address', () => {
  let judged = 0;
  const proof = fromSources(['192.0.2.7'], {
    accepts: () => (judged += 1) > 0,
    acceptsBody: null,
    explain: () => 'the rest',
  });
  const from = (ip: string) => ({ headers: {}, socket: new Socket(), ip });
  expect(proof.accepts(from('192.0.2.7'))).toBe(true);
  expect(proof.accepts(from('192.0.2.8'))).toBe(false);
  expect(judged).toBe(2);
  expect(proof.explain(from('192.0.2.8'))).toContain('webhooks.sources');
  expect(proof.explain(from('192.0.2.7'))).toBe('the rest');
});
