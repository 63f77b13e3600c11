import { describe, expect, it } from 'vitest';
import { judgeClock } from '../../../src/doctor/clock.js';
import { factsIn, judgeRedis, judgeServers, type RedisFacts } from '../../../src/doctor/redis.js';

const GOOD: RedisFacts = {
  product: 'Redis',
  version: '7.0.15',
  evictionPolicy: 'noeviction',
  aof: true,
  aofFailing: false,
  usedBytes: 10_000_000,
  mostBytes: 0,
  clockAheadMs: 12,
};

const judged = (change: Partial<RedisFacts>) =>
  judgeRedis({ ...GOOD, ...change })
    .filter(({ level }) => level !== 'ok')
    .map(({ level, check }) => `${level} ${check}`);

it('reads the response of INFO, and handles missing fields', () => {
  const info =
    '# Server\r\nredis_version:7.2.4\r\nserver_name:valkey\r\nvalkey_version:8.1.0\r\n# Memory\r\nused_memory:1024\r\nmaxmemory:2048\r\n' +
    'maxmemory_policy:noeviction\r\n# Persistence\r\naof_enabled:1\r\naof_last_write_status:err\r\n';
  expect(factsIn(info)).toEqual({
    product: 'Valkey',
    version: '8.1.0',
    evictionPolicy: 'noeviction',
    aof: true,
    aofFailing: true,
    usedBytes: 1024,
    mostBytes: 2048,
  });
  expect(factsIn('')).toEqual({
    product: 'Redis',
    version: '',
    evictionPolicy: '',
    aof: null,
    aofFailing: false,
    usedBytes: null,
    mostBytes: null,
  });
});

describe('a Redis server', () => {
  it.each<[string, Partial<RedisFacts>, string[]]>([
    ['as it must be', {}, []],
    ['of 7.0', { version: '7.0.0' }, []],
    ['of 6.2', { version: '6.2.14' }, ['fail redis version']],
    ['of Valkey 7.2', { product: 'Valkey', version: '7.2.5' }, []],
    ['of Valkey 7.1', { product: 'Valkey', version: '7.1.0' }, ['fail redis version']],
    ['of 10', { version: '10.0.0' }, []],
    ['of 6.0', { version: '6.0.16' }, ['fail redis version']],
    ['of 5', { version: '5.0.7' }, ['fail redis version']],
    ['of no version', { version: '' }, ['warn redis version']],
    ['that evicts', { evictionPolicy: 'volatile-lru' }, ['fail redis eviction']],
    ['that does not say', { evictionPolicy: '' }, ['warn redis eviction']],
    ['without AOF', { aof: false }, ['fail redis durability']],
    ['that does not say whether it has AOF', { aof: null }, ['warn redis durability']],
    ['whose disk is full', { aofFailing: true }, ['fail redis durability']],
    ['with room', { mostBytes: 20_000_000 }, []],
    ['nearly full', { mostBytes: 11_000_000 }, ['warn redis memory']],
    ['with a clock a little off', { clockAheadMs: -2_500 }, ['warn redis clock']],
    ['with a clock far off', { clockAheadMs: 90_000 }, ['fail redis clock']],
  ])('%s', (_, change, faults) => {
    expect(judged(change)).toEqual(faults);
  });
});

it('an unknown clock is reported as unknown', () => {
  const limits = { slackMs: 1, mostMs: 2, breaks: 'x' };
  expect(judgeClock('jamf clock', null, limits).level).toBe('warn');
  expect(judgeClock('jamf clock', -2, limits).said).toBe('2ms behind the clock of this machine');
});

it('reports the worst finding of all primaries of a cluster', () => {
  const findings = judgeServers([GOOD, { ...GOOD, evictionPolicy: 'allkeys-lru' }, { ...GOOD, aof: null }]);
  expect(
    findings.filter(({ level }) => level !== 'ok').map(({ level, check }) => `${level} ${check}`),
  ).toEqual(['fail redis eviction', 'warn redis durability']);
  expect(findings).toHaveLength(judgeRedis(GOOD).length);
});
