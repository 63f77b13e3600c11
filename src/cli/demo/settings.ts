import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { createToken } from '../../config/values/api-token.js';
import { loadConfig } from '../../config/load.js';
import type { Config } from '../../config/schema.js';
import type { Context } from '../context.js';
import type { DemoOptions } from './options.js';

type ApiToken = ReturnType<typeof createToken>;

/** Secrets and names that are generated for each run of the demo. */
export interface DemoSecrets {
  /** API tokens with the roles admin and viewer. The configuration file contains only their SHA-256 hashes. */
  admin: ApiToken;
  viewer: ApiToken;
  webhookKey: string;
  jamfClientId: string;
  jamfClientSecret: string;
}

export function makeSecrets(): DemoSecrets {
  return {
    admin: createToken(),
    viewer: createToken(),
    webhookKey: randomBytes(18).toString('base64url'),
    jamfClientId: 'recert',
    jamfClientSecret: randomBytes(18).toString('base64url'),
  };
}

/**
 * Returns the configuration of the simulator. A simulated day takes one minute, but certificates keep their real
 * lifetime, so the dates in the console are realistic.
 */
function simulatorSettings({ computers, due, seed }: DemoOptions, secrets: DemoSecrets): unknown {
  return {
    seed,
    fleet: { computers, due, dueReachableWithin: '30s' },
    rhythm: {
      checkIn: '5s',
      inventory: '25s',
      day: '60s',
      laptopPeriod: '20s',
      awayFor: '10m',
      pushLatency: '1500ms',
      installTime: '2s',
      notNow: 0.05,
      notNowRetry: '4s',
      inventoryAfterInstall: { share: 0.7, within: '4s' },
    },
    http: {
      clients: [{ id: secrets.jamfClientId, secret: secrets.jamfClientSecret, displayName: 'Recert demo' }],
    },
  };
}

const MIN_HOURLY_CAP = 100;

/**
 * Returns the configuration of Recert. The rules for certificates are the same as in production. Waits are shorter,
 * because a simulated day takes one minute.
 */
function serviceSettings(
  options: DemoOptions,
  secrets: DemoSecrets,
  { jamfUrl, redisUrl, port }: { jamfUrl: string; redisUrl: string; port: number | string },
): unknown {
  return {
    redis: { url: redisUrl },
    http: { port },
    worker: { port, lock: '5s', drain: '10s' },
    log: { level: 'info', format: 'text' },
    tokens: [
      { name: 'demo', role: 'admin', sha256: secrets.admin.sha256 },
      { name: 'demo-viewer', role: 'viewer', sha256: secrets.viewer.sha256 },
    ],
    instances: {
      demo: {
        url: jamfUrl,
        auth: { clientId: secrets.jamfClientId, clientSecret: secrets.jamfClientSecret },
        webhooks: {
          authentication: { type: 'header', headers: { 'X-Api-Key': secrets.webhookKey } },
          gather: '300ms',
          addedDelay: '3s',
        },
        sweep: { changed: '10s', full: '45s', open: '3s' },
        profiles: {
          okta: {
            mode: options.observe ? 'observe' : 'act',
            overlap: { blue: 12, green: 13, joinGreen: 31, leaveBlue: 32, settle: '20s' },
            waits: {
              online: '15s',
              command: '20s',
              delivery: '10m',
              blankPush: ['8s', '20s', '60s'],
              inventory: '3m',
              poll: '1s',
              retry: '5s',
              retryMost: '30s',
            },
            // The rate limit is high enough that it does not delay the due Macs.
            hourlyCap: Math.max(MIN_HOURLY_CAP, options.due),
            canary: [],
          },
        },
      },
    },
  };
}

/**
 * Paths of the configuration files of the demo. Receivers and workers use `processes`, which takes the Redis URL and the port
 * from environment variables. Commands that the user runs use `service`, which contains all settings.
 */
export function settingsFiles(folder: string): { simulator: string; service: string; processes: string } {
  return {
    simulator: join(folder, 'simulator.yaml'),
    service: join(folder, 'recert.yaml'),
    processes: join(folder, 'processes.yaml'),
  };
}

/** Writes the configuration file of the simulator. Only the user can read the file. */
export function writeSimulatorSettings(options: DemoOptions, secrets: DemoSecrets): void {
  write(options.folder, settingsFiles(options.folder).simulator, simulatorSettings(options, secrets));
}

/**
 * Writes two configuration files: one for receivers and workers, and a complete one for commands that the user
 * runs. Needs the address of the simulator, so the simulator must be running.
 */
export function writeServiceSettings(
  options: DemoOptions,
  secrets: DemoSecrets,
  { jamfUrl, redisUrl }: { jamfUrl: string; redisUrl: string },
): void {
  const { folder, port } = options;
  const files = settingsFiles(folder);
  const fromEnvironment = { jamfUrl, redisUrl: '${REDIS_URL}', port: '${DEMO_PORT}' };
  write(folder, files.processes, serviceSettings(options, secrets, fromEnvironment));
  write(folder, files.service, serviceSettings(options, secrets, { jamfUrl, redisUrl, port }));
}

/** Loads the complete configuration file of the demo, as a command of the user does. */
export function readServiceSettings({ folder }: DemoOptions, { environment }: Context): Config {
  return loadConfig({ ...environment, RECERT_CONFIG: settingsFiles(folder).service });
}

function write(folder: string, file: string, settings: unknown): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, stringify(settings), { mode: 0o600 });
}
