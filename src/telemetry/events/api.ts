import type { Descriptions } from '../description.js';

/** Operator events of the ops API. */
export interface ApiEvents {
  /**
   * `route` is the template of the route, such as `GET /api/v1/computers/{id}`. It contains no values of the
   * request, so the number of different values is limited.
   */
  'api.answered': { route: string; status: number; who: string; durationMs: number };
  'api.refused': { route: string; status: number; who: string; why: string };
  'api.failed': { route: string; error: string };
  'api.acted': { action: string; who: string; instance: string; computers: number; outcome: string };
}

/** Log messages and metrics for the operator events of the ops API. */
export const apiEvents: Descriptions<ApiEvents> = {
  'api.answered': {
    level: 'debug',
    say: ({ route, status, who, durationMs }) =>
      `${route} returned ${status} to ${who} in ${durationMs.toFixed(0)} ms`,
    metrics: [
      {
        type: 'histogram',
        name: 'recert_api_request_duration_seconds',
        help: 'Duration of API requests in seconds, by route and status.',
        buckets: [0.01, 0.05, 0.1, 0.5, 1, 5],
        labels: ({ route, status }) => ({ route, status: String(status) }),
        value: ({ durationMs }) => durationMs / 1000,
      },
    ],
  },
  'api.refused': {
    level: 'warn',
    say: ({ route, status, who, why }) => `${route} rejected with ${status} for ${who}: ${why}`,
    metrics: [
      {
        type: 'counter',
        name: 'recert_api_refused_total',
        help: 'API requests rejected because of missing authentication or permission, by status.',
        labels: ({ status }) => ({ status: String(status) }),
      },
    ],
  },
  'api.failed': {
    level: 'error',
    say: ({ route, error }) => `${route} failed: ${error}`,
    metrics: [
      {
        type: 'counter',
        name: 'recert_api_failed_total',
        help: 'API requests that failed with a 5xx status.',
      },
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
        help: 'Actions requested through the API, by action and outcome.',
        labels: ({ action, instance, outcome }) => ({ action, server: instance, outcome }),
      },
    ],
  },
};
