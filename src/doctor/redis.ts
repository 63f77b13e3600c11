import type { Redis } from 'ioredis';
import { judgeClock } from './clock.js';
import { isSupported, REQUIRED_VERSION, type ServerVersion, versionIn } from '../store/redis/version.js';
import { type Finding, fail, ok, warn } from './finding.js';

/** What a Redis server reports about itself. Missing texts are `''`, missing numbers are `null`. */
export interface RedisFacts extends ServerVersion {
  evictionPolicy: string;
  /** `aof`: whether the append-only file is enabled. `aofFailing`: whether the last write to it failed. */
  aof: boolean | null;
  aofFailing: boolean;
  usedBytes: number | null;
  /** `maxmemory` in bytes; 0 if there is no limit. */
  mostBytes: number | null;
  /** By how much the clock of Redis is ahead of the clock of this machine, milliseconds. */
  clockAheadMs: number;
}

/**
 * Reads what a Redis server reports about itself. Uses only INFO and TIME, because hosted servers often forbid
 * CONFIG. @throws connection errors
 */
export async function readRedis(redis: Redis, now: () => number): Promise<RedisFacts> {
  const [server, memory, persistence] = await Promise.all([
    redis.info('server'),
    redis.info('memory'),
    redis.info('persistence'),
  ]);
  const askedAt = now();
  const [seconds, microseconds] = await redis.time();
  const middle = (askedAt + now()) / 2;
  const facts = factsIn([server, memory, persistence].join('\n'));
  return { ...facts, clockAheadMs: Number(seconds) * 1_000 + Number(microseconds) / 1_000 - middle };
}

/** Parses the reply of INFO, which has one `name:value` per line. */
export function factsIn(info: string): Omit<RedisFacts, 'clockAheadMs'> {
  const values = new Map(
    info.split(/\r?\n/).flatMap((line) => {
      const [, name, value] = /^(\w+):(.*)$/.exec(line) ?? [];
      return name === undefined || value === undefined ? [] : [[name, value.trim()] as const];
    }),
  );
  const count = (name: string) => {
    const value = values.get(name);
    return value !== undefined && /^\d+$/.test(value) ? Number(value) : null;
  };
  const aof = count('aof_enabled');
  return {
    ...versionIn(info),
    evictionPolicy: values.get('maxmemory_policy') ?? '',
    aof: aof === null ? null : aof === 1,
    aofFailing: values.get('aof_last_write_status') === 'err',
    usedBytes: count('used_memory'),
    mostBytes: count('maxmemory'),
  };
}

/** If more than this share of `maxmemory` is used, a warning is issued. */
const MEMORY_WARNING_SHARE = 0.85;

/** Checks version, eviction policy, durability, memory and clock of a Redis server. */
export function judgeRedis(facts: RedisFacts): Finding[] {
  return [
    judgeVersion(facts),
    judgeEviction(facts),
    judgeAof(facts),
    judgeMemory(facts),
    judgeClock('redis clock', facts.clockAheadMs, {
      slackMs: 2_000,
      mostMs: 60_000,
      breaks: 'delayed jobs use the clock of this machine and are ordered by the clock of Redis',
    }),
  ];
}

/** Checks all primaries of a cluster, or a single server. Returns the worst finding for each check. */
export function judgeServers(servers: readonly RedisFacts[]): Finding[] {
  const [first = [], ...others] = servers.map(judgeRedis);
  return first.map((finding, index) =>
    others
      .flatMap((findings) => findings[index] ?? [])
      .reduce((worst, other) => (SEVERITY[other.level] > SEVERITY[worst.level] ? other : worst), finding),
  );
}

const SEVERITY = { ok: 0, warn: 1, fail: 2 } as const satisfies Record<Finding['level'], number>;

function judgeVersion({ product, version }: RedisFacts): Finding {
  const supported = isSupported({ product, version });
  if (supported === null) return warn('redis version', 'version not reported', REQUIRED_VERSION);
  return supported
    ? ok('redis version', `${product} ${version}`)
    : fail('redis version', `${product} ${version} is not supported`, REQUIRED_VERSION);
}

function judgeEviction({ evictionPolicy }: RedisFacts): Finding {
  const check = 'redis eviction';
  const todo = 'Set maxmemory-policy to noeviction.';
  if (evictionPolicy === 'noeviction') return ok(check, 'noeviction');
  if (evictionPolicy === '') return warn(check, 'eviction policy not reported', todo);
  return fail(check, `${evictionPolicy}: a full Redis would evict jobs and Macs`, todo);
}

function judgeAof({ aof, aofFailing }: RedisFacts): Finding {
  const check = 'redis durability';
  if (aofFailing)
    return fail(
      check,
      'the last write to the append-only file failed',
      'Check the log of Redis, and the disk on which Redis stores its data.',
    );
  if (aof === true) return ok(check, 'append-only file enabled');
  return (aof === null ? warn : fail)(
    check,
    aof === null ? 'append-only file status not reported' : 'append-only file disabled',
    'Set appendonly to yes. Otherwise, webhooks that were accepted with 202 are lost when Redis stops.',
  );
}

function judgeMemory({ usedBytes, mostBytes }: RedisFacts): Finding {
  const check = 'redis memory';
  if (usedBytes === null) return ok(check, 'memory usage not reported');
  const used = `${mebibytes(usedBytes)} MiB in use`;
  if (mostBytes === null || mostBytes === 0) return ok(check, `${used}, no memory limit`);
  const said = `${used} of ${mebibytes(mostBytes)}`;
  if (usedBytes < MEMORY_WARNING_SHARE * mostBytes) return ok(check, said);
  return warn(check, said, 'Raise maxmemory. A full Redis rejects webhooks.');
}

const mebibytes = (bytes: number) => Math.ceil(bytes / 1_048_576);
