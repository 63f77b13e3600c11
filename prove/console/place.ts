import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { createToken } from '../../src/config/values/api-token.js';
import { parseConfig } from '../../src/config/load.js';
import { createUndoList, startOrUndo, type UndoList } from '../../src/process/stop.js';
import { createComputerStore } from '../../src/store/computers/computers.js';
import { keysUnder } from '../../src/store/redis/keys.js';
import { createProfileStore } from '../../src/store/profiles/profiles.js';
import { createRedistributionStore } from '../../src/store/redistributions/redistributions.js';
import { startProcess } from '../process.js';
import { openRedis } from '../redis.js';
import { until } from '../until.js';
import { fillFleet, fillRedistributions, halfOf } from './fleet.js';

const INSTANCE = 'prove';

/** Size of the console proof. */
export interface ConsoleOptions {
  computers: number;
  /** Due Macs. All of them are selected for the preview. */
  due: number;
  redistributions: number;
  events: number;
  /** Requests per list. */
  requests: number;
  /** Rows to scroll through. */
  rows: number;
}

/** The full run: 100,000 Macs. */
export const FULL_CONSOLE: ConsoleOptions = {
  computers: 100_000,
  due: 20_000,
  redistributions: 2_000,
  events: 2_000,
  requests: 41,
  rows: 5_000,
};

/** A run of a few seconds for the tests. */
export const SMALL_CONSOLE: ConsoleOptions = {
  computers: 1_200,
  due: 400,
  redistributions: 60,
  events: 60,
  requests: 9,
  rows: 600,
};

/** The test environment of the console proof: a receiver with the console, and a fleet in Redis. `token` has the role admin. */
export interface ConsolePlace {
  url: string;
  token: string;
  close(): Promise<void>;
}

/** Starts Redis and the built receiver, and stores a fleet, redistributions and webhooks. Data and logs are written to `folder`. */
export function openConsole(options: ConsoleOptions, folder: string): Promise<ConsolePlace> {
  const undo = createUndoList();
  return startOrUndo(undo, () => start(options, folder, undo));
}

async function start(options: ConsoleOptions, folder: string, undo: UndoList): Promise<ConsolePlace> {
  mkdirSync(folder, { recursive: true });
  const server = await openRedis(join(folder, 'redis'));
  undo.push('Redis', () => server.close());
  const { token, sha256 } = createToken();
  const file = join(folder, 'recert.yaml');
  const text = stringify(settings(server.url, sha256));
  writeFileSync(file, text, { mode: 0o600 });
  const config = parseConfig(text, { source: file, environment: {} });
  const redis = server.client;
  const key = keysUnder(config.redis.prefix);
  const profiles = createProfileStore({ redis, key, config });
  for (const id of ['12', '13'] as const) await profiles.save(INSTANCE, halfOf(id));
  const [watched] = (await profiles.watchedProfiles(INSTANCE)).watched;
  if (!watched) throw new Error('The profile is not watched');
  const computers = createComputerStore({ redis, key });
  await fillFleet(computers, watched, options);
  const stores = { computers, redistributions: createRedistributionStore({ redis, key }) };
  await fillRedistributions(stores, watched, {
    computers: options.computers,
    count: options.redistributions,
  });
  const receiver = await startProcess('receiver', {
    script: 'dist/src/main.js',
    ready: /"address":"([^"]+)"/,
    folder,
    environment: { RECERT_CONFIG: file },
  });
  undo.push('receiver', () => receiver.kill());
  await sendEvents(receiver.found, options.events);
  return { url: receiver.found, token, close: () => undo.stop() };
}

/** Sends check-ins as Jamf Pro does. A busy machine may refuse a check-in, so each is repeated until it is accepted. */
async function sendEvents(url: string, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1)
    await until('a webhook', async () => {
      const answer = await fetch(`${url}/webhooks/jamf/${INSTANCE}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          webhook: { id: 1, name: 'Recert', webhookEvent: 'ComputerCheckIn', eventTimestamp: Date.now() },
          event: { computer: { jssID: index + 1 }, trigger: 'CLIENT_CHECKIN', username: '' },
        }),
      });
      return answer.status === 202;
    });
}

function settings(redisUrl: string, sha256: string): unknown {
  return {
    redis: { url: redisUrl },
    http: { port: 0 },
    log: { level: 'info', format: 'json' },
    tokens: [{ name: 'prover', role: 'admin', sha256 }],
    instances: {
      [INSTANCE]: {
        // No request is sent to this server, because no worker runs.
        url: 'https://jamf.invalid',
        auth: { clientId: 'id', clientSecret: 'secret' },
        webhooks: { authentication: { type: 'none', acceptUnauthenticated: true } },
        profiles: {
          okta: { mode: 'act', overlap: { blue: '12', green: '13', joinGreen: '31', leaveBlue: '32' } },
        },
      },
    },
  };
}
