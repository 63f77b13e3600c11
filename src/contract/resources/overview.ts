import { z } from 'zod';
import { QUEUES } from '../queue-names.js';
import { redistributionState } from './redistribution.js';
import { instant, instantOrNull } from '../common.js';
import { listedState } from './computer.js';

/** Something that a person should know. */
const finding = z
  .object({
    severity: z.enum(['error', 'warning']).describe('With an error it is not healthy.'),
    instance: z.string().nullable(),
    text: z.string(),
    page: z.string().nullable().describe('Path of the page of the console that shows it.'),
    command: z.string().nullable().describe('The command that shows it.'),
  })
  .meta({ id: 'Finding' });

/** Who paused an instance, when and why. */
const pause = z.object({ by: z.string(), reason: z.string(), at: instant });

const profileOverview = z
  .object({
    name: z.string(),
    mode: z.enum(['observe', 'act']),
    known: z.boolean().describe('Whether Jamf has told of both halves of the profile.'),
    breaker: z
      .object({ reason: z.string(), text: z.string(), at: instant })
      .nullable()
      .describe('While it is open nothing is triggered; resume closes it.'),
    hold: z
      .object({ text: z.string(), until: instant })
      .nullable()
      .describe('Why nothing is triggered for a while.'),
    canary: z
      .object({ wave: z.int(), verified: z.int(), limit: z.int() })
      .nullable()
      .describe('The wave under way; null after the last one.'),
    opensAt: instantOrNull.describe('When the next maintenance window opens; null while one is open.'),
    audit: z
      .object({ errors: z.int(), warnings: z.int() })
      .nullable()
      .describe('Findings of the profile audit in both halves; null before the first one.'),
    native: z
      .object({ awaited: z.boolean(), renewed: z.int(), failed: z.int(), other: z.int() })
      .describe(
        "Jamf's own setting within 30 days: whether it is given a grace, what it has renewed, Macs whose grace ended without a new certificate, renewals by others.",
      ),
    states: z.record(listedState, z.int()).describe('Macs by state, as of the last assessment of each.'),
    coverage: z
      .number()
      .nullable()
      .describe('Share of the Macs in scope of which something can be said; null when there is none.'),
  })
  .meta({ id: 'ProfileOverview' });

/** Who is in an exclusion group because of Recert. */
export const leasesLook = z
  .object({
    count: z.int(),
    late: z.int().describe('Those that should have been taken back long ago: they have no certificate.'),
    oldest: z
      .object({
        computer: z.object({ id: z.string(), serialNumber: z.string(), name: z.string() }),
        profile: z.string(),
        groupId: z.string(),
        since: instant,
      })
      .nullable()
      .describe('Of the late ones, where there are some.'),
  })
  .meta({ id: 'Leases' });

const instanceOverview = z
  .object({
    name: z.string(),
    url: z.string(),
    computers: z.object({ known: z.int(), retired: z.int() }),
    profiles: z.array(profileOverview),
    redistributions: z.object({
      byState: z.record(redistributionState, z.int()),
      open: z.int(),
      due: z.int().describe('Waiting for their turn: due and eligible.'),
      inFlight: z.int().describe('Sent and not proven: excluded, including, triggered, pushed, verifying.'),
      blocked: z.int(),
      failed: z.int().describe('Trying again, or waiting for a person.'),
      verified: z.int(),
    }),
    leases: leasesLook.describe('Macs that are excluded by cycle now.'),
    hints: z.int().describe('Macs that wait to be looked at.'),
    paused: pause.nullable(),
    lastWebhookAt: instantOrNull,
    lastSweepAt: instantOrNull,
    fullSweep: z
      .object({
        startedAt: instant,
        computers: z.int().describe('Macs that it has read so far.'),
        finishedAt: instantOrNull.describe('Null while it is under way.'),
      })
      .nullable()
      .describe('The latest sweep of the whole fleet; null before the first one.'),
  })
  .meta({ id: 'InstanceOverview' });

const queueLook = z
  .object({
    name: z.enum(QUEUES),
    waiting: z.int(),
    active: z.int(),
    delayed: z.int(),
    failed: z.int(),
    workers: z.int().describe('Connected workers.'),
  })
  .meta({ id: 'QueueStats' });

/** Healthy or not, and the numbers behind it. */
export const overview = z
  .object({
    at: instant,
    version: z.string(),
    healthy: z.boolean(),
    findings: z.array(finding).describe('Errors first.'),
    instances: z.array(instanceOverview),
    queues: z.array(queueLook),
  })
  .meta({ id: 'Overview' });

/** The answer of the overview, as it is made. */
export type Overview = z.input<typeof overview>;
