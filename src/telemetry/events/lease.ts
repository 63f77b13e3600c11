import type { Descriptions } from '../description.js';

/** What happens in this room, told to operators. */
export interface LeaseEvents {
  /** Macs were taken out of an exclusion group by who looks after it; `found` of them had no lease. */
  'lease.taken-back': { instance: string; groupId: string; computers: number; found: number };
  'lease.trouble': { instance: string; groupId: string; error: string };
  /** `since`: when the lease began, epoch milliseconds. */
  'lease.not-taken-back': {
    instance: string;
    profile: string;
    computerId: string;
    groupId: string;
    since: number;
  };
}

export const leaseEvents: Descriptions<LeaseEvents> = {
  'lease.taken-back': {
    level: 'warn',
    say: ({ instance, groupId, computers, found }) =>
      `${instance}: ${computers} Macs were taken out of exclusion group ${groupId}, ${found} of them found there without a lease`,
    metrics: [
      {
        type: 'counter',
        name: 'recert_leases_taken_back_total',
        help: 'Macs taken out of an exclusion group by who looks after it, not by their redistribution.',
        labels: ({ instance }) => ({ instance }),
        by: ({ computers }) => computers,
      },
    ],
  },
  'lease.trouble': {
    level: 'error',
    say: ({ instance, groupId, error }) =>
      `${instance}: exclusion group ${groupId} could not be looked after, it is tried again: ${error}`,
    metrics: [
      {
        type: 'counter',
        name: 'recert_lease_troubles_total',
        help: 'Times an exclusion group could not be looked after.',
        labels: ({ instance }) => ({ instance }),
      },
    ],
  },
  'lease.not-taken-back': {
    level: 'error',
    say: ({ instance, computerId, groupId, since }) =>
      `${instance}: computer ${computerId} is in exclusion group ${groupId} since ${new Date(since).toISOString()} and could not be taken back: it has no certificate`,
    metrics: [
      {
        type: 'counter',
        name: 'recert_leases_not_taken_back_total',
        help: 'Rounds in which a Mac was still in an exclusion group although it should have been taken back long ago.',
        labels: ({ instance, profile }) => ({ instance, profile }),
      },
    ],
  },
};
