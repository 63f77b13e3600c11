import type { Descriptions } from '../description.js';

/** What happens between us and a Jamf Pro server, told to operators. `call` is a name of a closed list, such as `computers.read`. */
export interface JamfEvents {
  /** One attempt. `status` is the HTTP status, or a word for why there is none. */
  'jamf.call': { instance: string; call: string; status: string; durationMs: number };
  'jamf.retry': { instance: string; call: string; status: string; attempt: number; waitMs: number };
  /** A call that was given up. */
  'jamf.failed': { instance: string; call: string; status: string; error: string; inDoubt: boolean };
  /** Jamf asked for quiet: nothing goes out for a while. */
  'jamf.held': { instance: string; durationMs: number };
  'jamf.breaker': { instance: string; state: 'closed' | 'open' | 'half-open'; why: string };
  'jamf.signedIn': { instance: string; validForMs: number };
  /** Something in an answer was not as expected, and was mended. `what` is one of a closed list. */
  'jamf.odd': { instance: string; call: string; what: JamfOddity; count: number };
}

/** What may be odd in an answer. */
export type JamfOddity =
  | 'record-without-id'
  | 'duplicate-record'
  | 'section-missing'
  | 'not-asked-for'
  | 'command-state-unknown'
  | 'entry-unreadable';

const BREAKER_VALUES = { closed: 0, 'half-open': 0.5, open: 1 };

export const jamfEvents: Descriptions<JamfEvents> = {
  'jamf.call': {
    level: 'debug',
    say: ({ instance, call, status, durationMs }) =>
      `${instance}: ${call} answered ${status} after ${durationMs.toFixed(0)} ms`,
    metrics: [
      {
        type: 'histogram',
        name: 'recert_jamf_call_seconds',
        help: 'Time that calls to Jamf Pro took, by call and status.',
        buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 30],
        labels: ({ instance, call, status }) => ({ instance, call, status }),
        value: ({ durationMs }) => durationMs / 1000,
      },
    ],
  },
  'jamf.retry': {
    level: 'info',
    say: ({ instance, call, status, attempt, waitMs }) =>
      `${instance}: ${call} answered ${status} at attempt ${attempt}, again in ${waitMs.toFixed(0)} ms`,
    metrics: [
      {
        type: 'counter',
        name: 'recert_jamf_retries_total',
        help: 'Calls to Jamf Pro that were repeated, by call and by the status that made it necessary.',
        labels: ({ instance, call, status }) => ({ instance, call, status }),
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
        help: 'Calls to Jamf Pro that were given up, by call and last status.',
        labels: ({ instance, call, status }) => ({ instance, call, status }),
      },
    ],
  },
  'jamf.held': {
    level: 'warn',
    say: ({ instance, durationMs }) =>
      `${instance}: Jamf asks for quiet, nothing is sent for ${(durationMs / 1000).toFixed(1)} s`,
    metrics: [
      {
        type: 'counter',
        name: 'recert_jamf_held_total',
        help: 'Times Jamf Pro, or a gateway before it, asked to be left alone.',
        labels: ({ instance }) => ({ instance }),
      },
    ],
  },
  'jamf.breaker': {
    level: 'warn',
    say: ({ instance, state, why }) =>
      state === 'closed'
        ? `${instance}: Jamf answers again`
        : `${instance}: breaker ${state}, last saw ${why}`,
    metrics: [
      {
        type: 'gauge',
        name: 'recert_jamf_breaker_open',
        help: 'Breaker of the instance: 0 closed, 0.5 trying, 1 open.',
        labels: ({ instance }) => ({ instance }),
        value: ({ state }) => BREAKER_VALUES[state],
      },
    ],
  },
  'jamf.signedIn': {
    level: 'debug',
    say: ({ instance, validForMs }) =>
      `${instance}: signed in to Jamf for ${(validForMs / 1000).toFixed(0)} s`,
  },
  'jamf.odd': {
    level: 'info',
    say: ({ instance, call, what, count }) => `${instance}: ${call} gave ${count} × ${what}`,
    metrics: [
      {
        type: 'counter',
        name: 'recert_jamf_oddities_total',
        help: 'Things in answers of Jamf Pro that were not as expected, by call and kind.',
        labels: ({ instance, call, what }) => ({ instance, call, what }),
        by: ({ count }) => count,
      },
    ],
  },
};
