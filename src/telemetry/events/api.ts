import type { Descriptions } from '../description.js';

/** What people and machines ask of the ops API, told to operators. */
export interface ApiEvents {
  /** `route` is the template, such as `GET /api/v1/computers/{id}`: bounded, and free of what was asked. */
  'api.answered': { route: string; status: number; who: string; durationMs: number };
  'api.refused': { route: string; status: number; who: string; why: string };
  'api.failed': { route: string; error: string };
  'api.acted': { action: string; who: string; instance: string; computers: number; outcome: string };
}

export const apiEvents: Descriptions<ApiEvents> = {
  'api.answered': {
    level: 'debug',
    say: ({ route, status, who, durationMs }) =>
      `${route} answered ${who} with ${status} after ${durationMs.toFixed(0)} ms`,
    metrics: [
      {
        type: 'histogram',
        name: 'recert_api_seconds',
        help: 'Time that answers of the ops API took, by route and status.',
        buckets: [0.01, 0.05, 0.1, 0.5, 1, 5],
        labels: ({ route, status }) => ({ call: route, status: String(status) }),
        value: ({ durationMs }) => durationMs / 1000,
      },
    ],
  },
  'api.refused': {
    level: 'warn',
    say: ({ route, status, who, why }) => `${route} refused to ${who} with ${status}: ${why}`,
    metrics: [
      {
        type: 'counter',
        name: 'recert_api_refused_total',
        help: 'Requests to the ops API by somebody who may not, by status.',
        labels: ({ status }) => ({ status: String(status) }),
      },
    ],
  },
  'api.failed': {
    level: 'error',
    say: ({ route, error }) => `${route} failed: ${error}`,
    metrics: [
      { type: 'counter', name: 'recert_api_failed_total', help: 'Answers of the ops API with a 5xx.' },
    ],
  },
  'api.acted': {
    level: 'info',
    say: ({ action, who, instance, computers, outcome }) =>
      `${who}: ${action} on ${instance}, ${computers} Macs, ${outcome}`,
    metrics: [
      {
        type: 'counter',
        name: 'recert_api_actions_total',
        help: 'What people did, by action and outcome.',
        labels: ({ action, instance, outcome }) => ({ what: action, instance, outcome }),
      },
    ],
  },
};
