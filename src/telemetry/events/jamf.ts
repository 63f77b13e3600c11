import type { Descriptions } from '../description.js';

/**
 * Operator events of the Jamf Pro client. `call` is the name of an API call, such as `computers.read`; the set of
 * names is closed.
 */
export interface JamfEvents {
  /** One attempt of an API call. `status` is the HTTP status, or the reason why there is no status. */
  'jamf.call': { instance: string; call: string; status: string; durationMs: number };
  'jamf.retry': { instance: string; call: string; status: string; attempt: number; waitMs: number };
  /** The API call failed and is not retried. `inDoubt`: Jamf Pro may have executed it. */
  'jamf.failed': { instance: string; call: string; status: string; error: string; inDoubt: boolean };
  /** Jamf Pro asked Recert to slow down (Retry-After): no API call is sent for `durationMs` milliseconds. */
  'jamf.held': { instance: string; durationMs: number };
  'jamf.breaker': { instance: string; state: 'closed' | 'open' | 'half-open'; why: string };
  'jamf.signedIn': { instance: string; validForMs: number };
  /**
   * A response of Jamf Pro had unexpected content, which the client corrected or skipped. `detail` names the
   * record or the cause.
   */
  'jamf.odd': { instance: string; call: string; what: JamfOddity; count: number; detail?: string };
}

/** Types of unexpected content in a response of Jamf Pro. */
export type JamfOddity =
  | 'record-without-id'
  | 'duplicate-record'
  | 'section-missing'
  | 'not-asked-for'
  | 'command-state-unknown'
  | 'lifecycle-status-unknown'
  | 'entry-unreadable'
  /** An unreadable certificate in the declarative status of a Mac. */
  | 'status-certificate-unreadable'
  /** JSON with text that is not escaped. The client repaired and read the response. */
  | 'invalid-json'
  /** The payloads of a profile contain damaged XML entities (Jamf Pro product issue PI-827). */
  | 'payload-entities'
  /** A record that Jamf Pro cannot return, or that the client cannot read. The client reads the record again later. */
  | 'record-set-aside';

const BREAKER_VALUES = { closed: 0, 'half-open': 0.5, open: 1 };

/** Log messages and metrics for the operator events of the Jamf Pro client. */
export const jamfEvents: Descriptions<JamfEvents> = {
  'jamf.call': {
    level: 'debug',
    say: ({ instance, call, status, durationMs }) =>
      `${instance}: ${call} returned ${status} in ${durationMs.toFixed(0)} ms`,
    metrics: [
      {
        type: 'histogram',
        name: 'recert_jamf_request_duration_seconds',
        help: 'Duration of calls to Jamf Pro in seconds, by call and status.',
        buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 30],
        labels: ({ instance, call, status }) => ({ server: instance, call, status }),
        value: ({ durationMs }) => durationMs / 1000,
      },
    ],
  },
  'jamf.retry': {
    level: 'info',
    say: ({ instance, call, status, attempt, waitMs }) =>
      `${instance}: ${call} returned ${status} at attempt ${attempt}, retry in ${waitMs.toFixed(0)} ms`,
    metrics: [
      {
        type: 'counter',
        name: 'recert_jamf_retries_total',
        help: 'Number of retried calls to Jamf Pro, by call and by the status of the failed attempt.',
        labels: ({ instance, call, status }) => ({ server: instance, call, status }),
      },
    ],
  },
  'jamf.failed': {
    level: 'warn',
    say: ({ error }) => error,
    metrics: [
      {
        type: 'counter',
        name: 'recert_jamf_failures_total',
        help: 'Number of calls to Jamf Pro that failed after all retries, by call and last status.',
        labels: ({ instance, call, status }) => ({ server: instance, call, status }),
      },
    ],
  },
  'jamf.held': {
    level: 'warn',
    say: ({ instance, durationMs }) =>
      `${instance}: Jamf Pro asks Recert to slow down; no calls are sent for ${(durationMs / 1000).toFixed(1)} s`,
    metrics: [
      {
        type: 'counter',
        name: 'recert_jamf_held_total',
        help: 'Number of responses in which Jamf Pro or a gateway asked Recert to slow down.',
        labels: ({ instance }) => ({ server: instance }),
      },
    ],
  },
  'jamf.breaker': {
    level: 'warn',
    say: ({ instance, state, why }) =>
      state === 'closed'
        ? `${instance}: Jamf Pro has recovered, calls resume`
        : `${instance}: circuit breaker for calls to Jamf Pro is ${state}, last error: ${why}`,
    metrics: [
      {
        type: 'gauge',
        name: 'recert_jamf_breaker_open',
        help: 'Circuit breaker for calls to Jamf Pro: 0 closed, 0.5 half-open, 1 open.',
        labels: ({ instance }) => ({ server: instance }),
        value: ({ state }) => BREAKER_VALUES[state],
      },
    ],
  },
  'jamf.signedIn': {
    level: 'debug',
    say: ({ instance, validForMs }) =>
      `${instance}: signed in to Jamf Pro, token valid for ${(validForMs / 1000).toFixed(0)} s`,
  },
  'jamf.odd': {
    level: 'info',
    say: ({ instance, call, what, count, detail = '' }) =>
      `${instance}: unexpected content in the response to ${call}: ${count} × ${what}${detail && `: ${detail}`}`,
    metrics: [
      {
        type: 'counter',
        name: 'recert_jamf_unexpected_content_total',
        help: 'Number of responses of Jamf Pro with unexpected content, by call and type of content.',
        labels: ({ instance, call, what }) => ({ server: instance, call, type: what }),
        by: ({ count }) => count,
      },
    ],
  },
};
