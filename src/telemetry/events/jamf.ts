import type { Descriptions } from '../description.js';

/** What happens in this room, told to operators. */
export interface JamfEvents {
  'jamf.call': { instance: string; call: string; status: string; durationMs: number };
}

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
};
