import type { Descriptions } from '../description.js';

/** What happens in this room, told to operators. */
export interface FleetEvents {
  /** `due` counts those in scope that are due, overdue or expired. */
  'fleet.assessed': { instance: string; computers: number; due: number; unknown: number };
  'fleet.retired': { instance: string; computers: number };
  /** Jamf could not be asked; the hints of these Macs stay and are taken up again. */
  'fleet.unread': { instance: string; computers: number; error: string };
  /** What follows from the facts of these Macs could not be begun; they are looked at again. */
  'fleet.unconsidered': { instance: string; computers: number; error: string };
  'fleet.swept': {
    instance: string;
    what: string;
    /** done, busy (somebody else is at it), stopped (to be taken up again) or nothing-watched. */
    outcome: string;
    pages: number;
    computers: number;
    durationMs: number;
  };
  /** Redis had lost them; they begin anew. */
  'sweep.rescheduled': { schedules: number };
  'fleet.profile-unread': { instance: string; profileId: string; error: string; known: boolean };
  /** The audit of the watched profiles could not be made; the one before stays. */
  'fleet.unaudited': { instance: string; error: string };
  /** Somebody wrote them in Jamf. `changed`: other Macs or other certificates are meant now. */
  'fleet.profiles-reread': { instance: string; profileIds: readonly string[]; changed: boolean };
  'job.failed': { queue: string; job: string; error: string };
  'job.stalled': { queue: string; job: string };
  'queue.trouble': { queue: string; error: string };
}

export const fleetEvents: Descriptions<FleetEvents> = {
  'fleet.assessed': {
    // Every two seconds on a busy server; sweeps and redistributions tell what matters of it.
    level: 'debug',
    say: ({ instance, computers, due, unknown }) =>
      `${instance}: ${computers} Macs assessed, ${due} due, ${unknown} unknown`,
    metrics: [
      {
        type: 'counter',
        name: 'recert_computers_assessed_total',
        help: 'Macs assessed, each time counted.',
        labels: ({ instance }) => ({ instance }),
        by: ({ computers }) => computers,
      },
    ],
  },
  'fleet.retired': {
    level: 'info',
    say: ({ instance, computers }) => `${instance}: ${computers} Macs are no longer in Jamf`,
    metrics: [
      {
        type: 'counter',
        name: 'recert_computers_retired_total',
        help: 'Macs that were found to be no longer in Jamf.',
        labels: ({ instance }) => ({ instance }),
        by: ({ computers }) => computers,
      },
    ],
  },
  'fleet.unread': {
    level: 'warn',
    say: ({ instance, computers, error }) =>
      `${instance}: ${computers} Macs could not be read, they will be taken up again: ${error}`,
    metrics: [
      {
        type: 'counter',
        name: 'recert_computers_unread_total',
        help: 'Macs that deserved a look and could not be read from Jamf.',
        labels: ({ instance }) => ({ instance }),
        by: ({ computers }) => computers,
      },
    ],
  },
  'fleet.unconsidered': {
    level: 'error',
    say: ({ instance, computers, error }) =>
      `${instance}: ${computers} Macs were assessed and could not be acted upon, they will be looked at again: ${error}`,
  },
  'fleet.swept': {
    level: 'info',
    say: ({ instance, what, outcome, pages, computers, durationMs }) =>
      `${instance}: sweep ${what} ${outcome} after ${pages} pages, ${computers} Macs, ${(durationMs / 1000).toFixed(1)} s`,
    metrics: [
      {
        type: 'counter',
        name: 'recert_sweeps_total',
        help: 'Sweeps, by what came of them.',
        labels: ({ instance, what, outcome }) => ({ instance, what, outcome }),
      },
      {
        type: 'counter',
        name: 'recert_sweep_pages_total',
        help: 'Pages of inventory that sweeps read.',
        labels: ({ instance, what }) => ({ instance, what }),
        by: ({ pages }) => pages,
      },
    ],
  },
  'sweep.rescheduled': {
    level: 'warn',
    say: ({ schedules }) => `Redis had lost ${schedules} schedules of sweeps: they are back and begin anew`,
  },
  'fleet.profiles-reread': {
    level: 'info',
    say: ({ instance, profileIds, changed }) =>
      `${instance}: profile ${profileIds.join(', ')} was written in Jamf and has been read again, ${changed ? 'the whole fleet is assessed anew' : 'nothing that decides has changed'}`,
  },
  'fleet.profile-unread': {
    level: 'error',
    say: ({ instance, profileId, error, known }) =>
      `${instance}: profile ${profileId} cannot be read, ${known ? 'what was read before is used' : 'nothing is decided about it'}: ${error}`,
    metrics: [
      {
        type: 'counter',
        name: 'recert_profiles_unread_total',
        help: 'Times a watched profile could not be read from Jamf.',
        labels: ({ instance }) => ({ instance }),
      },
    ],
  },
  'fleet.unaudited': {
    level: 'warn',
    say: ({ instance, error }) => `${instance}: the watched profiles could not be audited: ${error}`,
  },
  'job.failed': {
    level: 'error',
    say: ({ queue, job, error }) => `${queue}: job ${job} failed: ${error}`,
    metrics: [
      {
        type: 'counter',
        name: 'recert_jobs_failed_total',
        help: 'Jobs that failed.',
        labels: ({ queue }) => ({ queue }),
      },
    ],
  },
  'queue.trouble': { level: 'warn', say: ({ queue, error }) => `${queue}: the worker met ${error}` },
  'job.stalled': {
    level: 'warn',
    say: ({ queue, job }) => `${queue}: the worker of job ${job} fell silent, another takes it up`,
    metrics: [
      {
        type: 'counter',
        name: 'recert_jobs_stalled_total',
        help: 'Jobs whose worker fell silent.',
        labels: ({ queue }) => ({ queue }),
      },
    ],
  },
};
