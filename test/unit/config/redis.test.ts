import { expect, test } from 'vitest';
import { redisSchema } from '../../../src/config/sections/redis.js';
import { createTestCa } from '../../integration/webhooks/certificates.js';

const problemsOf = (settings: object) =>
  redisSchema
    .safeParse(settings)
    .error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`.replace(/^: /, '')) ?? [];

test.each([
  [{ url: 'redis://127.0.0.1:6379' }],
  [{ url: 'rediss://redis.example.com', username: 'recert', password: 'p', tls: {} }],
  [{ sentinels: ['10.0.0.1:26379', 'sentinel-2.example.com:26379', '[fd00::1]:26379'], name: 'recert' }],
  [{ sentinels: ['10.0.0.1:26379'], name: 'recert', sentinelUsername: 'u', sentinelPassword: 'p' }],
  [{ cluster: ['10.0.0.1:6379'], password: 'p', tls: {} }],
])('accepts %o', (settings) => {
  expect(problemsOf(settings)).toEqual([]);
});

const ONE_FORM = 'set exactly one of url, sentinels and cluster';
const ADDRESS = 'must be host:port, such as 10.0.0.1:6379';
test.each<[object, string[]]>([
  [{}, [ONE_FORM]],
  [{ url: 'redis://a', cluster: ['a:1'] }, [ONE_FORM]],
  [{ sentinels: ['a:1'], name: 'n', cluster: ['a:1'] }, [ONE_FORM]],
  [{ sentinels: ['a:1'] }, ['set sentinels and name together']],
  [{ url: 'redis://a', name: 'n' }, ['set sentinels and name together']],
  [{ cluster: ['redis://a:1'] }, [`cluster.0: ${ADDRESS}`]],
  [{ cluster: ['10.0.0.1'] }, [`cluster.0: ${ADDRESS}`]],
])('rejects %o', (settings, problems) => {
  expect(problemsOf(settings)).toEqual(problems);
});

test('a client certificate needs its own key', () => {
  const ca = createTestCa('one');
  const one = ca.issue([['CN', 'recert']]);
  const other = createTestCa('other').issue([['CN', 'recert']]);
  const url = 'rediss://redis.example.com';
  expect(problemsOf({ url, tls: { ca: ca.cert, cert: one.cert, key: one.key } })).toEqual([]);
  expect(problemsOf({ url, tls: { cert: one.cert } })).toEqual(['tls: set cert and key together']);
  expect(problemsOf({ url, tls: { cert: one.cert, key: other.key } })).toEqual([
    'tls.key: is not the private key of cert',
  ]);
});
