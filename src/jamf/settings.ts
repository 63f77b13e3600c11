import type { Secret } from '../config/values/secret.js';

/** Credentials: an API client (recommended) or a user account. */
export type JamfAuth = { clientId: string; clientSecret: Secret } | { username: string; password: Secret };

/** Connection settings of one Jamf Pro server. The field names are those of an instance in the configuration. */
export interface JamfSettings {
  url: string;
  auth: JamfAuth;
  /** Path of the token endpoint. Default: the known paths are tried. */
  tokenPath?: '/api/v1/oauth/token' | '/api/oauth/token' | undefined;
  /** Maximum number of concurrent connections, for all processes together if they share a limiter. */
  maxConnections: number;
  /** Maximum time for one complete response, milliseconds. */
  timeout: number;
  /** Number of Macs in one page of inventory. */
  pageSize: number;
}

/** Parameters for tests and unusual servers. The defaults suit Jamf Pro. */
export interface Tuning {
  /** Maximum number of attempts of a call. */
  attempts: number;
  /** Wait before the first retry, milliseconds. It doubles with each retry and is randomly reduced by up to half. */
  backOffMs: number;
  /** Maximum wait before a retry, milliseconds, unless the server requests a longer one. */
  backOffMostMs: number;
  /**
   * Longest wait that Jamf Pro may request (`Retry-After`), milliseconds. If Jamf Pro requests a longer wait, the call
   * fails.
   */
  patienceMs: number;
  /** Number of consecutive failures that opens the circuit breaker. */
  breakerFailures: number;
  /** Time that the circuit breaker stays open before one trial call, milliseconds. */
  breakerOpenMs: number;
  /**
   * After a rejected sign-in, no other sign-in is sent for this time, so a wrong password does not lock the
   * account. Milliseconds.
   */
  refusalHeldMs: number;
}

/** Defaults for Jamf Pro. */
export const DEFAULT_TUNING: Tuning = {
  attempts: 4,
  backOffMs: 500,
  backOffMostMs: 10_000,
  patienceMs: 60_000,
  breakerFailures: 5,
  breakerOpenMs: 15_000,
  refusalHeldMs: 5_000,
};
