import { openEnvironment } from '../../harness/environment.js';
import { createToken } from '../../src/config/values/api-token.js';
import { INSTANCE, startService } from '../environment.js';
import { until } from '../until.js';
import { fillFleet, fillRedistributions, halfOf } from './fleet.js';

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
export interface ConsoleEnvironment {
  url: string;
  token: string;
  close(): Promise<void>;
}

/**
 * Starts Redis and the built receiver, and stores a fleet, redistributions and webhooks. Data and logs are written to `folder` (default:
 * a temporary folder).
 */
export function openConsoleEnvironment(
  options: ConsoleOptions,
  folder?: string,
): Promise<ConsoleEnvironment> {
  return openEnvironment(async (environment) => {
    const { token, sha256 } = createToken();
    const service = await startService(environment, ({ redisUrl }) => settings(redisUrl, sha256));
    for (const id of ['12', '13'] as const) await service.profiles.save(INSTANCE, halfOf(id));
    const [watched] = (await service.profiles.watchedProfiles(INSTANCE)).watched;
    if (!watched) throw new Error('The profile is not watched');
    await fillFleet(service.computers, watched, options);
    await fillRedistributions(service, watched, {
      computers: options.computers,
      count: options.redistributions,
    });
    const { url } = await service.receiver();
    await sendEvents(url, options.events);
    return { url, token, close: () => environment.close() };
  }, folder);
}

/**
 * Sends check-ins as Jamf Pro does. Repeats each check-in until it is accepted, because a busy machine may refuse
 * it.
 */
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

function settings(redisUrl: string, sha256: string): object {
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
