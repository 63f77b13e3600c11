import type { Descriptions } from '../description.js';

/** Operator events of exclusion leases. A lease limits how long the mechanism cycle may keep a Mac in an exclusion group. */
export interface LeaseEvents {
  /** The periodic check removed Macs from an exclusion group; `found` is the number of these Macs that had no lease. */
  'lease.taken-back': { instance: string; groupId: string; computers: number; found: number };
  'lease.trouble': { instance: string; groupId: string; error: string };
  /** `since`: time at which the lease began, epoch milliseconds. */
  'lease.not-taken-back': {
    instance: string;
    profile: string;
    computerId: string;
    groupId: string;
    since: number;
  };
}

/** Log messages and metrics for the operator events of exclusion leases. */
export const leaseEvents: Descriptions<LeaseEvents> = {
  'lease.taken-back': {
    level: 'warn',
    say: ({ instance, groupId, computers, found }) =>
      `${instance}: removed ${computers} Macs from exclusion group ${groupId}, ${found} of them without a lease`,
    metrics: [
      {
        type: 'counter',
        name: 'recert_exclusions_removed_by_check_total',
        help: 'Number of Macs that the periodic check, and not their redistribution, removed from an exclusion group.',
        labels: ({ instance }) => ({ server: instance }),
        by: ({ computers }) => computers,
      },
    ],
  },
  'lease.trouble': {
    level: 'error',
    say: ({ instance, groupId, error }) =>
      `${instance}: the check of exclusion group ${groupId} failed and will be retried: ${error}`,
    metrics: [
      {
        type: 'counter',
        name: 'recert_exclusion_check_failures_total',
        help: 'Number of failed checks of an exclusion group.',
        labels: ({ instance }) => ({ server: instance }),
      },
    ],
  },
  'lease.not-taken-back': {
    level: 'error',
    say: ({ instance, computerId, groupId, since }) =>
      `${instance}: computer ${computerId} has been in exclusion group ${groupId} since ${new Date(since).toISOString()} and cannot be removed from it: it has no certificate`,
    metrics: [
      {
        type: 'counter',
        name: 'recert_exclusions_found_late_total',
        help: 'Number of checks that found a Mac in an exclusion group more than cycle.alarm after its removal was due.',
        labels: ({ instance, profile }) => ({ server: instance, profile }),
      },
    ],
  },
};
