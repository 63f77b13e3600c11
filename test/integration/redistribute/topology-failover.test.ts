import { expect, onTestFinished, test } from 'vitest';
import { stringify } from 'yaml';
import { startSimulator } from '../../../simulator/index.js';
import { parseConfig } from '../../../src/config/load.js';
import { startReceiver } from '../../../src/receiver.js';
import { connectRedis } from '../../../src/store/redis/redis.js';
import { keysUnder } from '../../../src/store/redis/keys.js';
import { createRedistributionStore } from '../../../src/store/redistributions/redistributions.js';
import { createTelemetry } from '../../../src/telemetry/bus.js';
import { LONG_PATIENCE_MS, LONG_TEST_MS, untilTrue } from '../../support/eventually.js';
import { startCluster, startSentinel } from '../support/topology.js';
import { startWorkerChild } from '../workers/support.js';
import { webhook } from '../webhooks/environment.js';
import { OVERLAP, repeat, RHYTHM, WAITS } from './environment.js';

const DUE = 12;

/** A receiver and a worker on this Redis, and a fleet in which every Mac is due. */
async function start(redisSettings: object) {
  const simulator = await startSimulator({
    fleet: { computers: DUE, due: DUE, away: 0, officeHours: 0, laptops: 0 },
    rhythm: RHYTHM,
  });
  onTestFinished(() => simulator.close());
  const yaml = stringify({
    redis: redisSettings,
    http: { port: 0 },
    worker: { port: 0, lock: '1500ms', drain: '10s' },
    instances: {
      demo: {
        url: simulator.url,
        auth: { clientId: 'recert', clientSecret: 'recert-secret' },
        webhooks: { authentication: { type: 'none', acceptUnauthenticated: true }, gather: '100ms' },
        sweep: { changed: '1s', full: '24h', open: '500ms' },
        profiles: { okta: { overlap: OVERLAP, mode: 'act', canary: [], hourlyCap: 1_000, waits: WAITS } },
      },
    },
  });
  const config = parseConfig(yaml, { source: 'test', environment: {} });
  const telemetry = createTelemetry();
  const worker = await startWorkerChild(yaml);
  onTestFinished(() => worker.close());
  const receiver = await startReceiver(config, { telemetry });
  onTestFinished(() => receiver.stop());
  const redis = connectRedis(config.redis, 'worker', telemetry);
  onTestFinished(() => redis.disconnect());
  const redistributions = createRedistributionStore({ redis, key: keysUnder('recert') });
  return {
    simulator,
    /** Number of redistributions in each state. While Redis fails over, no state has any. */
    states: async () => (await redistributions.counts('demo').catch(() => null))?.byState ?? null,
    /** Sends a webhook, and returns the status of the response. */
    post: async () => {
      const response = await fetch(`${receiver.url}/webhooks/jamf/demo`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: webhook('ComputerInventoryCompleted', { jssID: 1 }),
      });
      return response.status;
    },
  };
}

/** Kills the primary while redistributions are in progress, and waits until every Mac is verified. */
async function renewThrough(
  { states, post }: Awaited<ReturnType<typeof start>>,
  kill: () => Promise<void>,
): Promise<void> {
  await untilTrue(async () => {
    const byState = await states();
    return byState !== null && byState.triggered + byState.pushed + byState.verifying > 0;
  }, LONG_PATIENCE_MS);
  await kill();
  await untilTrue(async () => (await post()) === 202, LONG_PATIENCE_MS);
  await untilTrue(async () => (await states())?.verified === DUE, LONG_PATIENCE_MS);
}

test(
  'with Sentinel, a primary that is killed delays renewals, and no certificate is requested twice',
  async () => {
    const { settings, primary, replica } = await startSentinel();
    const environment = await start(settings);
    await renewThrough(environment, primary.kill);
    expect([...environment.simulator.world.ca.issuedByComputer().values()]).toEqual(repeat(DUE, 1));
    expect(await replica.client.info('replication')).toContain('role:master');
  },
  LONG_TEST_MS,
);

test(
  'with Cluster, a primary that is killed delays renewals, and no certificate is requested twice',
  async () => {
    const { settings, nodes } = await startCluster({ replicas: true });
    const environment = await start(settings);
    await renewThrough(environment, async () => {
      const sizes = await Promise.all(nodes.map(({ client }) => client.dbsize()));
      await nodes[sizes.indexOf(Math.max(...sizes))]?.kill();
    });
    expect([...environment.simulator.world.ca.issuedByComputer().values()]).toEqual(repeat(DUE, 1));
  },
  LONG_TEST_MS,
);
