import { createToken } from '../../../src/config/values/api-token.js';
import { makeSecrets } from '../../../src/cli/demo/settings.js';
import { subscribe } from '../../../src/cli/demo/webhooks.js';
import { configSchema } from '../../../src/config/schema.js';
import { startReceiver } from '../../../src/receiver.js';
import { createTelemetry } from '../../../src/telemetry/bus.js';
import { type Simulator, startSimulator } from '../../../simulator/index.js';
import { startWorker } from '../../../workers/worker.js';
import { startTestRedis } from '../../integration/support/redis.js';

/** The complete service behind the console: Redis, receiver, worker. Only Jamf Pro is simulated. */
export interface Installation {
  /** Address of the console. */
  url: string;
  tokens: { admin: string; operator: string; viewer: string };
  simulator: Simulator;
  /** Stops the receiver, so that the console loses its server. */
  stopReceiver(): Promise<void>;
  close(): Promise<void>;
}

export interface InstallationOptions {
  computers?: number;
  due?: number;
  expired?: number;
  mode?: 'observe' | 'act';
  /** Attempts before a redistribution needs attention. */
  attempts?: number;
  /** Additional configuration of the watched profile. */
  policy?: Record<string, unknown>;
  /** Configuration of sign-in methods besides tokens. */
  signIn?: Record<string, unknown>;
  http?: Record<string, unknown>;
}

/** Starts the service and a simulated fleet whose day takes a minute. */
export async function startInstallation({
  computers = 40,
  due = 6,
  expired = 0,
  mode = 'act',
  attempts = 3,
  policy = {},
  signIn = {},
  http = {},
}: InstallationOptions = {}): Promise<Installation> {
  const cleanups: (() => Promise<void>)[] = [];
  const close = async () => {
    for (const step of cleanups.splice(0).reverse()) await step();
  };
  try {
    const secrets = makeSecrets();
    const admin = createToken();
    const operator = createToken();
    const viewer = createToken();
    const redis = await startTestRedis();
    cleanups.push(() => redis.close());
    const simulator = await startSimulator({
      seed: 7,
      fleet: { computers, due, expired, dueReachableWithin: '10s', away: 0.1 },
      rhythm: {
        checkIn: '2s',
        inventory: '10s',
        day: '60s',
        laptopPeriod: '10s',
        pushLatency: '1s',
        installTime: '1s',
        inventoryAfterInstall: { share: 1, within: '2s' },
      },
      http: {
        clients: [{ id: secrets.jamfClientId, secret: secrets.jamfClientSecret, displayName: 'test' }],
      },
    });
    cleanups.push(() => simulator.close());
    const config = configSchema.parse({
      redis: { url: redis.url },
      http: { port: 0, ...http },
      signIn,
      worker: { port: 0, lock: '5s', drain: '5s' },
      tokens: [
        { name: 'ada', role: 'admin', sha256: admin.sha256 },
        { name: 'anna', role: 'operator', sha256: operator.sha256 },
        { name: 'vera', role: 'viewer', sha256: viewer.sha256 },
      ],
      instances: {
        demo: {
          url: simulator.url,
          auth: { clientId: secrets.jamfClientId, clientSecret: secrets.jamfClientSecret },
          webhooks: {
            authentication: { type: 'header', headers: { 'X-Api-Key': secrets.webhookKey } },
            gather: '200ms',
            addedDelay: '1s',
          },
          sweep: { changed: '5s', full: '30s', open: '2s' },
          profiles: {
            okta: {
              mode,
              attempts,
              overlap: { blue: 12, green: 13, joinGreen: 31, leaveBlue: 32, settle: '30m' },
              waits: { online: '15s', command: '20s', blankPush: ['5s', '20s'], poll: '500ms', retry: '3s' },
              ...policy,
            },
          },
        },
      },
    });
    const telemetry = createTelemetry();
    const receiver = await startReceiver(config, { telemetry });
    cleanups.push(() => receiver.stop());
    if (!(await fetch(receiver.url, { headers: { Accept: 'text/html' } })).ok)
      throw new Error('The console is not built: run `npm run build` first.');
    await subscribe(config, [receiver.url]);
    const worker = await startWorker(config, { telemetry });
    cleanups.push(() => worker.stop());
    return {
      url: receiver.url,
      tokens: { admin: admin.token, operator: operator.token, viewer: viewer.token },
      simulator,
      stopReceiver: () => receiver.stop(),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
