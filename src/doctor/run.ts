import type { Redis } from 'ioredis';
import type { Config } from '../config/schema.js';
import { createJamfSetup } from '../jamf/create.js';
import { createQueues } from '../queues/queues.js';
import { createEventLog } from '../store/admission/event-log.js';
import { keysUnder } from '../store/redis/keys.js';
import { connectRedis } from '../store/redis/redis.js';
import { createTelemetry } from '../telemetry/bus.js';
import { judgeConfiguration } from './configuration.js';
import { type Finding, fail, messageOf, ok } from './finding.js';
import { checkJamf } from './jamf.js';
import { checkArrivals, checkReadiness, checkWorkers } from './processes.js';
import { judgeRedis, readRedis } from './redis.js';

/** What the doctor is told beside the configuration. */
export interface DoctorOptions {
  now: () => number;
  /** Address of a receiver, when the processes are to be looked at as well. */
  receiver?: string | undefined;
  /** Address of a worker, when it can be reached from here. */
  worker?: string | undefined;
}

/** Looks at the whole path from Jamf to the worker. Writes nothing anywhere; never throws for what it finds. */
export async function examine(config: Config, options: DoctorOptions): Promise<Finding[]> {
  const { now, receiver, worker } = options;
  return [
    ...judgeConfiguration(config, now()),
    ...(await examineRedis(config, options)),
    ...(await examineServers(config, options)),
    ...(receiver === undefined ? [] : [await checkReadiness('receiver', receiver)]),
    ...(worker === undefined ? [] : [await checkReadiness('worker', worker)]),
  ];
}

async function examineRedis(config: Config, { now, receiver }: DoctorOptions): Promise<Finding[]> {
  const redis = connectRedis(config.redis.url, 'request', createTelemetry());
  try {
    const findings = [ok('redis', 'reached'), ...judgeRedis(await readRedis(redis, now))];
    return receiver === undefined ? findings : [...findings, ...(await examineLife(config, redis, now))];
  } catch (error) {
    return [
      fail(
        'redis',
        `cannot be asked (${messageOf(error)})`,
        'Check redis.url: address, user and password, and whether Redis is running.',
      ),
    ];
  } finally {
    redis.disconnect();
  }
}

/** Whether webhooks arrive and workers work, as Redis knows it. */
async function examineLife(config: Config, redis: Redis, now: () => number): Promise<Finding[]> {
  const { prefix } = config.redis;
  const log = createEventLog({ redis, key: keysUnder(prefix) });
  const findings: Finding[] = [];
  for (const instance of Object.keys(config.instances))
    findings.push({ ...(await checkArrivals(log, instance, now())), instance });
  const queues = createQueues({ connection: redis, prefix });
  try {
    return [...findings, await checkWorkers(queues)];
  } finally {
    await queues.close().catch(() => undefined);
  }
}

/** A person waits: what fails is tried once more, and one Mac of inventory will do. */
const HURRY = { attempts: 2, patienceMs: 5_000 };

async function examineServers(config: Config, { now, receiver }: DoctorOptions): Promise<Finding[]> {
  const found: Finding[] = [];
  for (const [instance, settings] of Object.entries(config.instances)) {
    const jamf = createJamfSetup({
      instance,
      settings: { ...settings, pageSize: 1 },
      telemetry: createTelemetry(),
      now,
      tuning: HURRY,
    });
    try {
      const address = config.http.publicUrl ?? receiver ?? null;
      const findings = await checkJamf({ instance, settings, jamf, receiver: address });
      found.push(...findings.map((finding) => ({ ...finding, instance })));
    } finally {
      jamf.close();
    }
  }
  return found;
}
