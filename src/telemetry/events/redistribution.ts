import type { Descriptions } from '../description.js';

/** What happens in this room, told to operators. */
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
  'redistribution.breaker-opened': { instance: string; profile: string; reason: string; text: string };
  /** `credit`: recert, jamf (its own setting) or other. */
  'redistribution.renewed': { instance: string; profile: string; computerId: string; credit: string };
  /** The grace of Jamf's own setting is over, and there is no new certificate. */
  'redistribution.native-failed': { instance: string; profile: string; computerId: string };
  'redistribution.held': { instance: string; text: string };
  'redistribution.restarted': { instance: string; jobs: number; woken: number; pruned: number };
}

const RENEWED_BY: Readonly<Record<string, string>> = {
  recert: 'Recert',
  jamf: "Jamf's own setting",
  other: 'somebody else',
};

export const redistributionEvents: Descriptions<RedistributionEvents> = {
  'redistribution.moved': {
    level: 'info',
    say: ({ instance, computerId, from, to, why }) =>
      `${instance}: computer ${computerId} ${from} → ${to}: ${why}`,
    metrics: [
      {
        type: 'counter',
        name: 'recert_redistribution_moves_total',
        help: 'Transitions of redistributions, by the state they enter.',
        labels: ({ instance, profile, to }) => ({ instance, profile, state: to }),
      },
    ],
  },
  'redistribution.noted': {
    level: 'info',
    say: ({ instance, computerId, state, why }) => `${instance}: computer ${computerId} ${state}: ${why}`,
  },
  'redistribution.trouble': {
    level: 'warn',
    say: ({ instance, computerId, text }) => `${instance}: computer ${computerId} waits: ${text}`,
    metrics: [
      {
        type: 'counter',
        name: 'recert_redistribution_troubles_total',
        help: 'Steps of redistributions that a failed call to Jamf Pro held up.',
        labels: ({ instance, profile }) => ({ instance, profile }),
      },
    ],
  },
  'redistribution.breaker-opened': {
    level: 'error',
    say: ({ instance, text }) => `${instance}: the breaker is open, nothing is triggered: ${text}`,
    metrics: [
      {
        type: 'counter',
        name: 'recert_redistribution_breaker_openings_total',
        help: 'How often the breaker of a watched profile opened, by reason.',
        labels: ({ instance, profile, reason }) => ({ instance, profile, reason }),
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
        help: 'Renewed certificates, by whom: recert, jamf (its own setting) or other.',
        labels: ({ instance, profile, credit }) => ({ instance, profile, credit }),
      },
    ],
  },
  'redistribution.native-failed': {
    level: 'warn',
    say: ({ instance, computerId }) =>
      `${instance}: Jamf's own setting has not renewed the certificate of computer ${computerId} within its grace`,
    metrics: [
      {
        type: 'counter',
        name: 'recert_native_failures_total',
        help: "Macs whose grace for Jamf's own setting ended without a new certificate.",
        labels: ({ instance, profile }) => ({ instance, profile }),
      },
    ],
  },
  'redistribution.held': { level: 'warn', say: ({ instance, text }) => `${instance}: ${text}` },
  'redistribution.restarted': {
    level: 'warn',
    say: ({ instance, jobs, woken, pruned }) =>
      `${instance}: ${jobs} redistributions had lost their job, ${woken} their news; ${pruned} old ones are forgotten`,
    metrics: [
      {
        type: 'counter',
        name: 'recert_redistribution_restarts_total',
        help: 'Jobs of redistributions that were lost and started again.',
        labels: ({ instance }) => ({ instance }),
        by: ({ jobs }) => jobs,
      },
    ],
  },
};
