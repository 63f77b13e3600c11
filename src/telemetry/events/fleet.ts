import type { Descriptions } from '../description.js';

/** Operator events of assessment, sweeps and queues. */
export interface FleetEvents {
  /** `due` counts the Macs in scope whose certificate is due, overdue or expired. */
  'fleet.assessed': { instance: string; computers: number; due: number; unknown: number };
  'fleet.retired': { instance: string; computers: number };
  /** So many Macs are missing that the list of Jamf Pro may be incomplete. None of them is retired until this is confirmed. */
  'fleet.fell': { instance: string; known: number; missing: number };
  /** Target groups of a profile have no members any more. Their Macs stay in scope until this is confirmed. */
  'fleet.groups-emptied': { instance: string; profile: string; groupIds: readonly string[] };
  /** The Macs of `fleet.fell` were found again, or (`confirmed`) a user or a sweep confirmed that they no longer exist. */
  'fleet.fall-ended': { instance: string; confirmed: boolean };
  /** The Macs could not be read from Jamf Pro. They stay in the assessment backlog and are read again later. */
  'fleet.unread': { instance: string; computers: number; error: string };
  /** The Macs were assessed, but their redistributions could not be started or updated. They are assessed again. */
  'fleet.unconsidered': { instance: string; computers: number; error: string };
  'fleet.swept': {
    instance: string;
    what: string;
    /** `done`, `busy` (another worker runs the same sweep), `stopped` (the sweep resumes later) or `nothing-watched`. */
    outcome: string;
    pages: number;
    computers: number;
    durationMs: number;
  };
  /** Redis had lost the schedules of the sweeps. They were created again. */
  'sweep.rescheduled': { schedules: number };
  /** A group of a watched profile could not be read. */
  'fleet.group-unread': { instance: string; groupId: string; error: string };
  /** A user or another installation of Recert changed a group of a watched profile. `added`, `removed`: IDs of Macs. */
  'fleet.group-changed': {
    instance: string;
    groupId: string;
    purpose: string;
    added: readonly string[];
    removed: readonly string[];
  };
  'fleet.profile-unread': { instance: string; profileId: string; error: string; known: boolean };
  /** The profile check of the watched profiles failed. The previous result is kept. */
  'fleet.unaudited': { instance: string; error: string };
  /** A part of Okta can no longer be read, for another reason than before, or again (`error` is empty). */
  'fleet.okta-read': { instance: string; part: string; error: string };
  /**
   * The profiles were saved in Jamf Pro, so Recert read them again. `changed`: scope or identifier changed, so the
   * whole fleet is assessed again.
   */
  'fleet.profiles-reread': { instance: string; profileIds: readonly string[]; changed: boolean };
  'job.failed': { queue: string; job: string; error: string };
  'job.stalled': { queue: string; job: string };
  'queue.trouble': { queue: string; error: string };
}

/** Log messages and metrics for the operator events of assessment, sweeps and queues. */
export const fleetEvents: Descriptions<FleetEvents> = {
  'fleet.assessed': {
    // A busy Jamf Pro server causes up to one such event every two seconds, so the level is debug.
    level: 'debug',
    say: ({ instance, computers, due, unknown }) =>
      `${instance}: ${computers} Macs assessed, ${due} due, ${unknown} unknown`,
    metrics: [
      {
        type: 'counter',
        name: 'recert_computers_assessed_total',
        help: 'Number of assessments of Macs. A Mac counts each time it is assessed.',
        labels: ({ instance }) => ({ server: instance }),
        by: ({ computers }) => computers,
      },
    ],
  },
  'fleet.fell': {
    level: 'error',
    say: ({ instance, known, missing }) =>
      `${instance}: ${missing} of ${known} Macs are missing from Jamf Pro; none of them is retired until this is confirmed`,
  },
  'fleet.groups-emptied': {
    level: 'error',
    say: ({ instance, profile, groupIds }) =>
      `${instance}: target group ${groupIds.join(', ')} of ${profile} has no members any more; its Macs stay in scope until this is confirmed`,
  },
  'fleet.fall-ended': {
    level: 'info',
    say: ({ instance, confirmed }) =>
      confirmed
        ? `${instance}: confirmed that the missing Macs are gone; they are retired`
        : `${instance}: the missing Macs are back`,
  },
  'fleet.retired': {
    level: 'info',
    say: ({ instance, computers }) => `${instance}: ${computers} Macs no longer exist in Jamf Pro`,
    metrics: [
      {
        type: 'counter',
        name: 'recert_computers_retired_total',
        help: 'Number of Macs that no longer exist in Jamf Pro and were retired.',
        labels: ({ instance }) => ({ server: instance }),
        by: ({ computers }) => computers,
      },
    ],
  },
  'fleet.unread': {
    level: 'warn',
    say: ({ instance, computers, error }) =>
      `${instance}: ${computers} Macs could not be read from Jamf Pro and will be read again later: ${error}`,
    metrics: [
      {
        type: 'counter',
        name: 'recert_computers_unread_total',
        help: 'Number of Macs that were due for assessment and could not be read from Jamf Pro.',
        labels: ({ instance }) => ({ server: instance }),
        by: ({ computers }) => computers,
      },
    ],
  },
  'fleet.unconsidered': {
    level: 'error',
    say: ({ instance, computers, error }) =>
      `${instance}: ${computers} Macs were assessed but their redistributions could not be updated; they will be assessed again: ${error}`,
  },
  'fleet.swept': {
    level: 'info',
    say: ({ instance, what, outcome, pages, computers, durationMs }) =>
      `${instance}: sweep ${what}: ${outcome} after ${pages} pages, ${computers} Macs, ${(durationMs / 1000).toFixed(1)} s`,
    metrics: [
      {
        type: 'counter',
        name: 'recert_sweeps_total',
        help: 'Number of sweeps, by type and outcome.',
        labels: ({ instance, what, outcome }) => ({ server: instance, type: what, outcome }),
      },
      {
        type: 'counter',
        name: 'recert_sweep_pages_total',
        help: 'Number of inventory pages that sweeps have read.',
        labels: ({ instance, what }) => ({ server: instance, type: what }),
        by: ({ pages }) => pages,
      },
    ],
  },
  'sweep.rescheduled': {
    level: 'warn',
    say: ({ schedules }) => `Redis had lost ${schedules} sweep schedules; they were created again`,
  },
  'fleet.profiles-reread': {
    level: 'info',
    say: ({ instance, profileIds, changed }) =>
      `${instance}: profile ${profileIds.join(', ')} was saved in Jamf Pro and read again: ${changed ? 'the whole fleet is assessed again' : 'no change that affects renewal'}`,
  },
  'fleet.profile-unread': {
    level: 'error',
    say: ({ instance, profileId, error, known }) =>
      `${instance}: profile ${profileId} cannot be read from Jamf Pro (${error}); ${known ? 'the last known settings stay in use' : 'no Macs are assessed for this profile'}`,
    metrics: [
      {
        type: 'counter',
        name: 'recert_profiles_unread_total',
        help: 'Number of failed reads of a watched profile from Jamf Pro.',
        labels: ({ instance }) => ({ server: instance }),
      },
    ],
  },
  'fleet.group-unread': {
    level: 'error',
    say: ({ instance, groupId, error }) =>
      `${instance}: group ${groupId} cannot be read from Jamf Pro: ${error}`,
  },
  'fleet.group-changed': {
    level: 'warn',
    say: ({ instance, groupId, purpose, added, removed }) =>
      `${instance}: a person or another Recert installation changed group ${groupId} (${purpose}): added ${added.length} Macs (${named(added)}), removed ${removed.length} (${named(removed)})`,
    metrics: [
      {
        type: 'counter',
        name: 'recert_group_changes_by_others_total',
        help: 'Number of membership changes in groups of Recert that this installation did not write.',
        labels: ({ instance }) => ({ server: instance }),
        by: ({ added, removed }) => added.length + removed.length,
      },
    ],
  },
  'fleet.okta-read': {
    level: 'warn',
    say: ({ instance, part, error }) =>
      `${instance}: Okta, ${part}: ${error === '' ? 'read again' : `${error}. Renewals continue without it`}`,
  },
  'fleet.unaudited': {
    level: 'warn',
    say: ({ instance, error }) => `${instance}: the profile check failed: ${error}`,
  },
  'job.failed': {
    level: 'error',
    say: ({ queue, job, error }) => `${queue}: job ${job} failed: ${error}`,
    metrics: [
      {
        type: 'counter',
        name: 'recert_jobs_failed_total',
        help: 'Number of failed jobs, by queue.',
        labels: ({ queue }) => ({ queue }),
      },
    ],
  },
  'queue.trouble': {
    level: 'warn',
    say: ({ queue, error }) => `${queue}: worker error: ${error}`,
    metrics: [
      {
        type: 'counter',
        name: 'recert_queue_errors_total',
        help: 'Reported errors of queue workers outside of jobs, including jobs of a newer version that were put back, by queue.',
        labels: ({ queue }) => ({ queue }),
      },
    ],
  },
  'job.stalled': {
    level: 'warn',
    say: ({ queue, job }) =>
      `${queue}: the worker of job ${job} does not respond; another worker continues the job`,
    metrics: [
      {
        type: 'counter',
        name: 'recert_jobs_stalled_total',
        help: 'Number of jobs that were handed to another worker because their worker did not respond.',
        labels: ({ queue }) => ({ queue }),
      },
    ],
  },
};

/** Largest number of Macs that a log message names. */
const NAMED = 10;

function named(ids: readonly string[]): string {
  return [...ids.slice(0, NAMED), ...(ids.length > NAMED ? ['and others'] : [])].join(', ') || 'none';
}
