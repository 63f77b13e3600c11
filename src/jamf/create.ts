import { setTimeout } from 'node:timers/promises';
import type { Telemetry } from '../telemetry/bus.js';
import { serverInfo, privileges } from './resources/server/info.js';
import { type Api, createApi } from './resources/api.js';
import { createJamfBreaker } from './transport/breaker.js';
import type { JamfClient, JamfConnection } from './client.js';
import { commandCalls } from './resources/commands.js';
import { computerCalls } from './resources/computers.js';
import { createExchange, type Exchange } from './transport/exchange.js';
import { groupCalls, groupSetupCalls } from './resources/groups.js';
import { historyCalls } from './resources/history.js';
import { createHttp } from './transport/http.js';
import { type Limiter, queueLimiter } from './transport/limiter/limiter.js';
import { createThrottle } from './transport/throttle.js';
import { profileCalls, profileSetupCalls } from './resources/profiles.js';
import { createSession, type Session } from './transport/session.js';
import { sealWith } from './parsing/scep.js';
import { DEFAULT_TUNING, type JamfSettings, type Tuning } from './settings.js';
import type { JamfSetup, JamfSetupConnection } from './setup.js';
import { statusCalls } from './resources/status.js';
import { createServerVersion, type ServerVersion } from './resources/server/version.js';
import { webhookCalls } from './resources/webhooks.js';

/** Options of a client. All options after `telemetry` have a default. */
export interface JamfClientOptions {
  /** Name of the Jamf Pro server in errors, log lines and metrics. */
  instance: string;
  settings: JamfSettings;
  telemetry: Telemetry;
  /** Returns the current time in epoch milliseconds. */
  now?: () => number;
  /** Returns a random number from 0 to 1, for jitter. */
  random?: () => number;
  /**
   * Limits concurrent calls. Default: `settings.maxConnections` in this process. Before a shared limiter passes a slot
   * to another process, it calls `connections` with the number of connections that may stay open.
   */
  limiter?: (connections: (most: number) => void) => Limiter;
  sleep?: (ms: number) => Promise<unknown>;
  tuning?: Partial<Tuning>;
}

/** Creates a client for one Jamf Pro server. Opens no connection yet; the first call signs in. */
export function createJamfClient(options: JamfClientOptions): JamfConnection {
  const { api, version, breaker, close } = connect(options);
  return {
    ...clientOf(api, version),
    get breakerState() {
      return breaker.state;
    },
    close,
  };
}

/** Creates a client that also has the calls that the setup commands and `recert doctor` need. */
export function createJamfSetup(options: JamfClientOptions): JamfSetupConnection {
  const { api, version, now, close } = connect(options);
  return { ...setupOf(api, version, now), close };
}

/** Creates the parts that all kinds of client share. */
export function connect(options: JamfClientOptions) {
  const { instance, settings, telemetry, now = Date.now, random = Math.random, sleep = setTimeout } = options;
  const { url, auth, maxConnections, timeout: timeoutMs, pageSize } = settings;
  const tuning = { ...DEFAULT_TUNING, ...options.tuning };
  const http = createHttp({ timeoutMs, maxConnections });
  const breaker = createJamfBreaker(tuning, { instance, telemetry });
  const session: Session = createSession(settings, () => exchange, { instance, telemetry, tuning, now });
  const wait = async (ms: number) => {
    await sleep(ms);
  };
  const exchange: Exchange = createExchange({
    baseUrl: url.replace(/\/+$/, ''),
    http,
    limiter: options.limiter?.((most) => http.keepAtMost(most)) ?? queueLimiter(maxConnections),
    pace: createThrottle(now, wait),
    breaker,
    tuning,
    telemetry,
    teller: { instance, timeoutMs, now, redact: (text) => session.redact(text) },
    random,
    sleep: wait,
  });
  const seal = sealWith('clientSecret' in auth ? auth.clientSecret.reveal() : auth.password.reveal());
  const api = createApi({ instance, pageSize, seal, exchange, session, telemetry, sleep: wait });
  return { api, version: createServerVersion(now), breaker, now, close: () => http.close() };
}

function clientOf(api: Api, version: ServerVersion): JamfClient {
  return { ...callsOf(api, version), inSession: async (work) => work(clientOf(await api.sticky(), version)) };
}

function setupOf(api: Api, version: ServerVersion, now: () => number): JamfSetup {
  return {
    ...callsOf(api, version),
    ...webhookCalls(api),
    ...profileSetupCalls(api),
    ...groupSetupCalls(api),
    about: () => serverInfo(api, now),
    privileges: () => privileges(api),
    inSession: async (work) => work(setupOf(await api.sticky(), version, now)),
  };
}

function callsOf(api: Api, version: ServerVersion): Omit<JamfClient, 'inSession'> {
  return {
    instance: api.instance,
    version: () => version.read(api),
    ...computerCalls(api, version),
    ...profileCalls(api),
    ...groupCalls(api),
    ...commandCalls(api),
    ...historyCalls(api),
    ...statusCalls(api),
  };
}
