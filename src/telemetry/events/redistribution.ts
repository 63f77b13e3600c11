import type { Descriptions } from '../description.js';

/** Operator events of redistributions. */
export interface RedistributionEvents {
  'redistribution.moved': {
    instance: string;
    profile: string;
    computerId: string;
    redistributionId: string;
    from: string;
    to: string;
    why: string;
    cause: string;
  };
  'redistribution.noted': {
    instance: string;
    computerId: string;
    redistributionId: string;
    state: string;
    why: string;
  };
  'redistribution.trouble': {
    instance: string;
    profile: string;
    computerId: string;
    redistributionId: string;
    attempt: number;
    text: string;
  };
  /** The checks immediately before a write to Jamf Pro refused the write. */
  'redistribution.fenced': {
    instance: string;
    profile: string;
    computerId: string;
    redistributionId: string;
    text: string;
  };
  'redistribution.breaker-opened': { instance: string; profile: string; reason: string; text: string };
  /**
   * A redistribution that triggered something was verified. `proofMs`: time from its last trigger to the proof.
   * `certificates`: number of its attempts that the Mac acknowledged, each of which requested a certificate.
   */
  'redistribution.verified': {
    instance: string;
    profile: string;
    computerId: string;
    attempts: number;
    certificates: number;
    proofMs: number;
  };
  /** `credit`: what renewed the certificate: `recert`, `jamf` (its Redistribute Profile setting) or `other`. */
  'redistribution.renewed': { instance: string; profile: string; computerId: string; credit: string };
  /** The grace period for the Redistribute Profile setting of Jamf Pro ended without a new certificate. */
  'redistribution.native-failed': { instance: string; profile: string; computerId: string };
  'redistribution.held': { instance: string; text: string };
  'redistribution.restarted': { instance: string; jobs: number; woken: number; pruned: number };
}

const RENEWED_BY: Readonly<Record<string, string>> = {
  recert: 'Recert',
  jamf: 'the Redistribute Profile setting of Jamf Pro',
  other: 'other means',
};

/** Log messages and metrics for the operator events of redistributions. */
export const redistributionEvents: Descriptions<RedistributionEvents> = {
  'redistribution.moved': {
    level: 'info',
    say: ({ instance, computerId, from, to, why }) =>
      `${instance}: computer ${computerId} ${from} → ${to}: ${why}`,
    metrics: [
      {
        type: 'counter',
        name: 'recert_redistribution_transitions_total',
        help: 'Number of state changes of redistributions, by the new state.',
        labels: ({ instance, profile, to }) => ({ server: instance, profile, state: to }),
      },
    ],
  },
  'redistribution.noted': {
    level: 'info',
    say: ({ instance, computerId, state, why }) => `${instance}: computer ${computerId} ${state}: ${why}`,
  },
  'redistribution.trouble': {
    level: 'warn',
    say: ({ instance, computerId, text }) =>
      `${instance}: redistribution of computer ${computerId} is delayed: ${text}`,
    metrics: [
      {
        type: 'counter',
        name: 'recert_redistribution_delays_total',
        help: 'Number of times that a failed call to Jamf Pro delayed a redistribution.',
        labels: ({ instance, profile }) => ({ server: instance, profile }),
      },
    ],
  },
  'redistribution.fenced': {
    level: 'warn',
    say: ({ instance, computerId, text }) => `${instance}: computer ${computerId}: ${text}`,
    metrics: [
      {
        type: 'counter',
        name: 'recert_redistribution_fenced_total',
        help: 'Number of writes to Jamf Pro that were refused immediately before they would have been sent, because the conditions of the decision had changed.',
        labels: ({ instance, profile }) => ({ server: instance, profile }),
      },
    ],
  },
  'redistribution.breaker-opened': {
    level: 'error',
    say: ({ instance, text }) => `${instance}: circuit breaker open, renewals stopped: ${text}`,
    metrics: [
      {
        type: 'counter',
        name: 'recert_redistribution_breaker_openings_total',
        help: 'Number of times that the circuit breaker of a watched profile opened, by reason.',
        labels: ({ instance, profile, reason }) => ({ server: instance, profile, reason }),
      },
    ],
  },
  'redistribution.verified': {
    level: 'debug',
    say: ({ instance, computerId, attempts, proofMs }) =>
      `${instance}: computer ${computerId} verified after ${attempts} attempts, ${(proofMs / 1000).toFixed(0)} s after the trigger`,
    metrics: [
      {
        type: 'histogram',
        name: 'recert_time_to_proof_seconds',
        help: 'Time from the trigger in Jamf Pro to the proof of the new certificate, in seconds.',
        buckets: [60, 600, 3_600, 21_600, 86_400, 172_800, 345_600, 604_800, 1_209_600],
        labels: ({ instance, profile }) => ({ server: instance, profile }),
        value: ({ proofMs }) => Math.max(0, proofMs) / 1_000,
      },
      {
        type: 'histogram',
        name: 'recert_renewal_attempts',
        help: 'Number of attempts of each verified redistribution.',
        buckets: [1, 2, 3, 5],
        labels: ({ instance, profile }) => ({ server: instance, profile }),
        value: ({ attempts }) => attempts,
      },
      {
        type: 'histogram',
        name: 'recert_renewal_certificates',
        help: 'Number of certificates that a Mac requested for each verified redistribution: its acknowledged attempts.',
        buckets: [1, 2, 3, 5],
        labels: ({ instance, profile }) => ({ server: instance, profile }),
        value: ({ certificates }) => certificates,
      },
    ],
  },
  'redistribution.renewed': {
    level: 'info',
    say: ({ instance, computerId, credit }) =>
      `${instance}: the certificate of computer ${computerId} was renewed by ${RENEWED_BY[credit] ?? credit}`,
    metrics: [
      {
        type: 'counter',
        name: 'recert_renewals_total',
        help: 'Number of renewed certificates, by what renewed them: recert, jamf (the Redistribute Profile setting of Jamf Pro) or other.',
        labels: ({ instance, profile, credit }) => ({ server: instance, profile, credit }),
      },
    ],
  },
  'redistribution.native-failed': {
    level: 'warn',
    say: ({ instance, computerId }) =>
      `${instance}: the Redistribute Profile setting of Jamf Pro did not renew the certificate of computer ${computerId} within its grace period`,
    metrics: [
      {
        type: 'counter',
        name: 'recert_native_failures_total',
        help: 'Number of Macs whose certificate the Redistribute Profile setting of Jamf Pro did not renew within its grace period.',
        labels: ({ instance, profile }) => ({ server: instance, profile }),
      },
    ],
  },
  'redistribution.held': { level: 'warn', say: ({ instance, text }) => `${instance}: ${text}` },
  'redistribution.restarted': {
    level: 'warn',
    say: ({ instance, jobs, woken, pruned }) =>
      `${instance}: restarted ${jobs} redistributions whose job was missing, continued ${woken} with unprocessed events, deleted ${pruned} old records`,
    metrics: [
      {
        type: 'counter',
        name: 'recert_redistribution_restarts_total',
        help: 'Number of redistributions whose job was lost and created again.',
        labels: ({ instance }) => ({ server: instance }),
        by: ({ jobs }) => jobs,
      },
    ],
  },
};
