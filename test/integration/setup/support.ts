import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { stringify } from 'yaml';
import { type ServerOptionsInput, type Simulator, startSimulator } from '../../../simulator/index.js';
import { SEEDED } from '../../../simulator/world/seeded.js';
import { createToken } from '../../../src/config/values/api-token.js';
import type { Context } from '../../../src/cli/context.js';
import { loadConfig } from '../../../src/config/load.js';
import type { Config } from '../../../src/config/schema.js';
import { type Receiver, startReceiver } from '../../../src/receiver.js';
import { createTelemetry } from '../../../src/telemetry/bus.js';
import { startWorker, type WorkerProcess } from '../../../workers/worker.js';
import { recert, type CommandResult } from '../../support/cli.js';
import { limitByProcessTime } from '../../support/process-time.js';

export const SECRETS = ['webhook-key-number-one', 'webhook-key-number-two', 'jamf-client-secret'] as const;
export const [KEY, NEW_KEY, CLIENT_SECRET] = SECRETS;

/** Settings of the only instance, `prod`, in addition to the required ones. */
export interface InstanceSettings {
  webhooks?: Record<string, unknown>;
  profiles?: Record<string, unknown>;
  [other: string]: unknown;
}

/** Recert and a simulated Jamf Pro, with a configuration file for the command line. */
export interface Installation {
  simulator: Simulator;
  /** Writes the configuration. Running processes keep the old one. */
  configure(instance?: InstanceSettings, more?: Record<string, unknown>): Promise<Config>;
  receiver(config: Config): Promise<Receiver>;
  worker(config: Config): Promise<WorkerProcess>;
  /** Runs a command with this configuration and an API token. */
  recert(words: readonly string[], more?: Partial<Context>): Promise<CommandResult>;
}

export const byHeader = (value: string | string[] = KEY) => ({
  authentication: { type: 'header', headers: { 'X-Api-Key': value } },
});

/** The watched profile that the simulator has by default. */
export const okta: { mode: string; overlap: Record<string, number> } = {
  mode: 'act',
  overlap: {
    blue: SEEDED.blue,
    green: SEEDED.green,
    joinGreen: SEEDED.joinGreen,
    leaveBlue: SEEDED.leaveBlue,
  },
};

/** Starts an installation, which ends with the test. The clock of the fleet stands still unless it is advanced. */
export async function startInstallation(
  redisUrl: string,
  { http, ...options }: ServerOptionsInput = {},
): Promise<Installation> {
  limitByProcessTime();
  const simulator = await startSimulator({
    clock: 'manual',
    fleet: { computers: 12, due: 2 },
    ...options,
    http: { clients: [{ id: 'recert', secret: CLIENT_SECRET }], ...http },
  });
  const folder = await mkdtemp(join(tmpdir(), 'recert-setup-'));
  const file = join(folder, 'recert.yaml');
  const { token, sha256 } = createToken();
  const environment = { RECERT_CONFIG: file, RECERT_TOKEN: token };
  const stops: (() => Promise<unknown>)[] = [];
  onTestFinished(async () => {
    for (const stop of stops.reverse()) await stop();
    await simulator.close();
    await rm(folder, { recursive: true, force: true });
  });
  const telemetry = createTelemetry();
  const running = <Started extends { stop(): Promise<void> }>(started: Started): Started => {
    stops.push(() => started.stop());
    return started;
  };
  return {
    simulator,
    configure: async ({ webhooks = byHeader(), profiles = { okta }, ...other } = {}, more = {}) => {
      const prod = {
        url: simulator.url,
        auth: { clientId: 'recert', clientSecret: CLIENT_SECRET },
        sweep: { changed: '12h', full: '24h', open: '1m' },
        webhooks,
        profiles,
        ...other,
      };
      const settings = {
        redis: { url: redisUrl, prefix: `house-${simulator.url.split(':').at(-1) ?? ''}` },
        http: { port: 0 },
        worker: { port: 0 },
        tokens: [{ name: 'admin', role: 'admin', sha256 }],
        instances: { prod },
        ...more,
      };
      await writeFile(file, stringify(settings));
      return loadConfig(environment);
    },
    receiver: async (config) => running(await startReceiver(config, { telemetry })),
    worker: async (config) => running(await startWorker(config, { telemetry })),
    recert: (words, more) => recert(words, { environment, ...more }),
  };
}
