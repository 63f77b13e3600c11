import type { Redis } from 'ioredis';
import { judgeClock } from './clock.js';
import { type Finding, fail, ok, warn } from './finding.js';

/** What a Redis server says of itself. Texts are `''` and numbers `null` where it does not say. */
export interface RedisFacts {
  version: string;
  evictionPolicy: string;
  /** Whether every write goes to the append-only file, and whether the last one went well. */
  aof: boolean | null;
  aofFailing: boolean;
  usedBytes: number | null;
  /** 0: no limit. */
  mostBytes: number | null;
  /** By how much its clock is ahead of ours. */
  clockAheadMs: number;
}

/** Asks with INFO and TIME alone: CONFIG is often forbidden on a hosted server. @throws what the connection throws. */
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

/** Reads the answers of INFO: a name, a colon, a value, a line each. */
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
    version: values.get('redis_version') ?? '',
    evictionPolicy: values.get('maxmemory_policy') ?? '',
    aof: aof === null ? null : aof === 1,
    aofFailing: values.get('aof_last_write_status') === 'err',
    usedBytes: count('used_memory'),
    mostBytes: count('maxmemory'),
  };
}

/** ZADD GT and others that the scripts use came with it. */
const LEAST_VERSION = [6, 2] as const;
/** More is a sign that memory will not do. */
const FULL = 0.85;

/** Judges what a Redis server says of itself. Pure. */
export function judgeRedis(facts: RedisFacts): Finding[] {
  return [
    judgeVersion(facts),
    judgeEviction(facts),
    judgeAof(facts),
    judgeMemory(facts),
    judgeClock('redis clock', facts.clockAheadMs, {
      slackMs: 2_000,
      mostMs: 60_000,
      breaks: 'jobs wait by our clock and are ordered by that of Redis',
    }),
  ];
}

function judgeVersion({ version }: RedisFacts): Finding {
  const least = LEAST_VERSION.join('.');
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const todo = `Run Redis ${least} or newer, or Valkey.`;
  if (!/^\d+\.\d+/.test(version)) return warn('redis version', 'it does not say its version', todo);
  const enough = major > LEAST_VERSION[0] || (major === LEAST_VERSION[0] && minor >= LEAST_VERSION[1]);
  return enough ? ok('redis version', version) : fail('redis version', `${version} is too old`, todo);
}

function judgeEviction({ evictionPolicy }: RedisFacts): Finding {
  const check = 'redis eviction';
  const todo = 'Set maxmemory-policy to noeviction.';
  if (evictionPolicy === 'noeviction') return ok(check, 'noeviction');
  if (evictionPolicy === '') return warn(check, 'it does not say what it does when memory is full', todo);
  return fail(check, `${evictionPolicy}: a full Redis throws jobs and Macs away`, todo);
}

function judgeAof({ aof, aofFailing }: RedisFacts): Finding {
  const check = 'redis durability';
  if (aofFailing)
    return fail(
      check,
      'the last write to the append-only file failed',
      'Look at the log of Redis and at its disk.',
    );
  if (aof === true) return ok(check, 'append-only file is on');
  return (aof === null ? warn : fail)(
    check,
    aof === null ? 'it does not say whether the append-only file is on' : 'the append-only file is off',
    'Set appendonly to yes: without it, webhooks that were answered with 202 are lost when Redis ends.',
  );
}

function judgeMemory({ usedBytes, mostBytes }: RedisFacts): Finding {
  const check = 'redis memory';
  if (usedBytes === null) return ok(check, 'it does not say how much it uses');
  const used = `${mebibytes(usedBytes)} MiB in use`;
  if (mostBytes === null || mostBytes === 0) return ok(check, `${used}, no limit`);
  const said = `${used} of ${mebibytes(mostBytes)}`;
  if (usedBytes < FULL * mostBytes) return ok(check, said);
  return warn(check, said, 'Raise maxmemory: a full Redis takes no webhooks.');
}

const mebibytes = (bytes: number) => Math.ceil(bytes / 1_048_576);
