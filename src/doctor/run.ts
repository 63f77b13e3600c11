import type { Redis } from 'ioredis';
import type { Config } from '../config/schema.js';
import { createJamfSetup } from '../jamf/create.js';
import { overviewOf } from '../application/fleet/overview.js';
import { finishedSweeps } from '../queues/finished-sweeps.js';
import { queueStats } from '../queues/queue-stats.js';
import { createQueues } from '../queues/queues.js';
import { openStores } from '../store/open-stores.js';
import { keysUnder } from '../store/redis/keys.js';
import { connectRedis, nodesOf } from '../store/redis/redis.js';
import { createTelemetry } from '../telemetry/bus.js';
import { createProfileStore } from '../store/profiles/profiles.js';
import { judgeCapacity } from './profiles/capacity.js';
import { judgeProofTime, PROOFS_READ } from './profiles/proof-time.js';
import { judgeConfiguration } from './configuration.js';
import { type Finding, fail, ok, warn } from './finding.js';
import { checkOkta, checkOktaAge } from './okta.js';
import { checkJamf } from './jamf.js';
import { checkArrivals, checkReadiness, judgeSetup } from './processes.js';
import { judgeServers, readRedis } from './redis.js';
import { readVersion } from '../process/version.js';
import { messageOf } from '../process/error-message.js';

/** What `recert doctor` needs besides the configuration. */
export interface DoctorOptions {
  now: () => number;
  /** Address of a receiver. If it is set, the receiver and the workers are checked as well. */
  receiver?: string | undefined;
  /** Address of a worker, if this machine can reach it. */
  worker?: string | undefined;
}

/**
 * Runs all checks of `recert doctor`, from Jamf Pro to the worker. Changes nothing. Problems are returned as
 * findings, not thrown.
 */
export async function runDoctor(config: Config, options: DoctorOptions): Promise<Finding[]> {
  const { now, receiver, worker } = options;
  return [
    ...judgeConfiguration(config, now()),
    ...(await examineRedis(config, options)),
    ...(await examineServers(config, options)),
    ...(await checkOkta(config, now)),
    ...(receiver === undefined ? [] : [await checkReadiness('receiver', receiver)]),
    ...(worker === undefined ? [] : [await checkReadiness('worker', worker)]),
  ];
}

async function examineRedis(config: Config, { now, receiver }: DoctorOptions): Promise<Finding[]> {
  const losses: string[] = [];
  const telemetry = createTelemetry((kind, fields) => {
    if (kind === 'redis.lost' && 'error' in fields) losses.push(fields.error);
  });
  const redis = connectRedis(config.redis, 'request', telemetry);
  try {
    await redis.ping();
    const servers = await Promise.all(nodesOf(redis).map((node) => readRedis(node, now)));
    const findings = [
      ok('redis', 'connected'),
      ...judgeServers(servers),
      ...(await examineCapacity(config, redis)),
      ...(await checkOktaAge(config, redis, now)),
    ];
    return receiver === undefined ? findings : [...findings, ...(await examineActivity(config, redis, now))];
  } catch (error) {
    return [
      fail(
        'redis',
        // The message is the error that the connection reported, because the error of a command says only that there
        // was no connection.
        `connection failed (${losses[0] ?? messageOf(error)})`,
        'Check address, user and password under redis in the configuration, and whether Redis is running.',
      ),
    ];
  } finally {
    redis.disconnect();
  }
}

/** Checks the capacity that the workers chose and stored in Redis. */
async function examineCapacity(config: Config, redis: Redis): Promise<Finding[]> {
  const store = createProfileStore({ redis, key: keysUnder(config.redis.prefix), config });
  const found = await Promise.all(
    Object.entries(config.instances).map(async ([instance, { profiles }]) => {
      const { watched } = await store.watchedProfiles(instance);
      return watched.flatMap((one) => {
        const settings = profiles[one.name]?.capacity;
        return settings ? judgeCapacity(one, settings).map((finding) => ({ ...finding, instance })) : [];
      });
    }),
  );
  return found.flat();
}

/** Checks the setup steps and the last webhook of each Jamf Pro server, with data from Redis. */
async function examineActivity(config: Config, redis: Redis, now: () => number): Promise<Finding[]> {
  const stores = openStores({ redis, config, telemetry: createTelemetry(), now });
  const queues = createQueues({ connection: redis, prefix: config.redis.prefix });
  try {
    const { instances } = await overviewOf({
      ...stores,
      config,
      version: readVersion(),
      now,
      queueStats: () => queueStats(queues),
      finishedSweeps: () => finishedSweeps(queues),
    });
    const found = instances.map(async (one) => {
      const findings = [
        ...(await checkArrivals(stores.events, one.name, now())),
        ...judgeSetup(one),
        ...(await proofTimes(stores, config, one.name)),
      ];
      return findings.map((finding) => ({ ...finding, instance: one.name }));
    });
    return (await Promise.all(found)).flat();
  } catch (error) {
    return [
      warn('setup', `cannot be read from Redis (${messageOf(error)})`, 'Check /readyz of each process.'),
    ];
  } finally {
    await queues.close().catch(() => undefined);
  }
}

async function proofTimes(
  { redistributions }: Pick<ReturnType<typeof openStores>, 'redistributions'>,
  { instances }: Config,
  instance: string,
): Promise<Finding[]> {
  const found = Object.keys(instances[instance]?.profiles ?? {}).map(async (profile) => {
    const page = await redistributions.page(instance, { state: 'verified', profile, limit: PROOFS_READ });
    return judgeProofTime(profile, page.redistributions);
  });
  return (await Promise.all(found)).flat();
}

/** Limits for the calls to Jamf Pro: few attempts and a short timeout, because a user waits for the result. */
const INTERACTIVE = { attempts: 2, patienceMs: 5_000 };

async function examineServers(config: Config, { now, receiver }: DoctorOptions): Promise<Finding[]> {
  const found: Finding[] = [];
  for (const [instance, settings] of Object.entries(config.instances)) {
    const jamf = createJamfSetup({
      instance,
      settings: { ...settings, pageSize: 1 },
      telemetry: createTelemetry(),
      now,
      tuning: INTERACTIVE,
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
