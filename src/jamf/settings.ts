import type { Secret } from '../config/values/secret.js';

/** How to sign in: an API client (better), or a user account. */
export type JamfAuth = { clientId: string; clientSecret: Secret } | { username: string; password: Secret };

/** How to reach one Jamf Pro server; an instance of the configuration has this shape. */
export interface JamfSettings {
  url: string;
  auth: JamfAuth;
  tokenPath: '/api/oauth/token' | '/api/v1/oauth/token';
  /** Connections at the same time, over all processes when they share a limiter. */
  maxConnections: number;
  /** Longest wait for one complete answer, milliseconds. */
  timeout: number;
  /** Macs in one page of inventory. */
  pageSize: number;
}

/** What may be set for tests and for odd servers; the defaults suit Jamf Pro. */
export interface Tuning {
  /** Calls that are safe to repeat are made at most so often. */
  attempts: number;
  /** First wait before a repetition, doubled each time, and the longest one, milliseconds. Half of it is left to chance. */
  backOffMs: number;
  backOffMostMs: number;
  /** A wait that Jamf asks for is kept up to this, milliseconds; what is longer is given back to whoever called. */
  patienceMs: number;
  /** So many failures in a row open the breaker. */
  breakerFailures: number;
  /** How long it stays open before one call is let through to try, milliseconds. */
  breakerOpenMs: number;
  /** After a sign-in was refused, none is tried for so long, milliseconds: a wrong password must not lock an account. */
  refusalHeldMs: number;
}

/** The values in use unless others are given. */
export const DEFAULT_TUNING: Tuning = {
  attempts: 4,
  backOffMs: 500,
  backOffMostMs: 10_000,
  patienceMs: 60_000,
  breakerFailures: 5,
  breakerOpenMs: 15_000,
  refusalHeldMs: 5_000,
};
