import type { Telemetry } from '../telemetry/bus.js';
import type { JamfConnection } from './client.js';
import type { Limiter } from './limiter.js';
import type { JamfSettings, Tuning } from './settings.js';

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
  sleep?: (ms: number) => Promise<void>;
  tuning?: Partial<Tuning>;
}

/** Connects to nothing yet: the first call signs in. */
export function createJamfClient(options: JamfClientOptions): JamfConnection {
  throw new Error(`not built yet: ${options.instance}`);
}
