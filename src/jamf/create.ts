import { setTimeout } from 'node:timers/promises';
import type { Telemetry } from '../telemetry/bus.js';
import { type Api, createApi } from './api.js';
import { createBreaker } from './breaker.js';
import type { JamfClient, JamfConnection } from './client.js';
import { commandCalls } from './commands.js';
import { computerCalls } from './computers.js';
import { createExchange, type Exchange } from './exchange.js';
import { groupCalls } from './groups.js';
import { historyCalls } from './history.js';
import { createHttp } from './http.js';
import { type Limiter, queueLimiter } from './limiter.js';
import { createPace } from './pace.js';
import { profileCalls } from './profiles.js';
import { createSession, type Session } from './session.js';
import { DEFAULT_TUNING, type JamfSettings, type Tuning } from './settings.js';
import { createServerVersion, type ServerVersion } from './version.js';

/** What a client is made from. */
export interface JamfClientOptions {
  /** Name of the instance: it stands in every error, log line and metric. */
  instance: string;
  settings: JamfSettings;
  telemetry: Telemetry;
  /** Epoch milliseconds. */
  now?: () => number;
  /** 0 to 1, for jitter. */
  random?: () => number;
  /** Default: `settings.maxConnections` in this process. */
  limiter?: Limiter;
  sleep?: (ms: number) => Promise<unknown>;
  tuning?: Partial<Tuning>;
}

/** A client for one Jamf Pro server. It connects to nothing yet: the first call signs in. */
export function createJamfClient(options: JamfClientOptions): JamfConnection {
  const { instance, settings, telemetry, now = Date.now, random = Math.random, sleep = setTimeout } = options;
  const { url, maxConnections, timeout: timeoutMs, pageSize } = settings;
  const tuning = { ...DEFAULT_TUNING, ...options.tuning };
  const http = createHttp({ timeoutMs, maxConnections });
  const breaker = createBreaker(tuning, { instance, telemetry });
  const session: Session = createSession(settings, () => exchange, { instance, telemetry, tuning, now });
  const wait = async (ms: number) => {
    await sleep(ms);
  };
  const exchange: Exchange = createExchange({
    baseUrl: url.replace(/\/+$/, ''),
    http,
    limiter: options.limiter ?? queueLimiter(maxConnections),
    pace: createPace(now, wait),
    breaker,
    tuning,
    telemetry,
    teller: { instance, timeoutMs, now, redact: (text) => session.redact(text) },
    random,
    sleep: wait,
  });
  const api = createApi({ instance, pageSize, exchange, session, telemetry });
  const client = clientOf(api, createServerVersion(now));
  return {
    ...client,
    get breakerState() {
      return breaker.state;
    },
    close: () => http.close(),
  };
}

function clientOf(api: Api, version: ServerVersion): JamfClient {
  return {
    instance: api.instance,
    version: () => version.read(api),
    ...computerCalls(api, version),
    ...profileCalls(api),
    ...groupCalls(api),
    ...commandCalls(api),
    ...historyCalls(api),
    inSession: async (work) => work(clientOf(await api.sticky(), version)),
  };
}
