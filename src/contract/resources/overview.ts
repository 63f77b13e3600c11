import { z } from 'zod';
import { QUEUES } from '../queue-names.js';
import { redistributionState } from './redistribution.js';
import { instant, instantOrNull } from '../common.js';
import { listedState } from './computer.js';

/** A problem or a notice on the overview. */
const finding = z
  .object({
    severity: z.enum(['error', 'warning']).describe('An error makes the overall status unhealthy.'),
    instance: z.string().nullable(),
    text: z.string(),
    page: z.string().nullable().describe('Path of the console page with the details.'),
    command: z.string().nullable().describe('CLI command that shows the details.'),
  })
  .meta({ id: 'Finding' });

/** Who paused an instance, when and why. */
const pause = z.object({ by: z.string(), reason: z.string(), at: instant });

const profileOverview = z
  .object({
    name: z.string(),
    mode: z.enum(['observe', 'act']),
    known: z.boolean().describe('Whether both profiles (blue and green) have been read from Jamf Pro.'),
    breaker: z
      .object({ reason: z.string(), text: z.string(), at: instant })
      .nullable()
      .describe('Set while the circuit breaker is open: renewals are stopped until someone resumes.'),
    hold: z
      .object({ text: z.string(), until: instant })
      .nullable()
      .describe('Why renewals are on hold (cool-down), and until when.'),
    canary: z
      .object({ wave: z.int(), verified: z.int(), limit: z.int() })
      .nullable()
      .describe('The current canary wave; null when all waves are complete.'),
    opensAt: instantOrNull.describe('When the next maintenance window opens; null while a window is open.'),
    audit: z
      .object({ errors: z.int(), warnings: z.int() })
      .nullable()
      .describe('Findings of the profile check for both profiles; null before the first check.'),
    native: z
      .object({ awaited: z.boolean(), renewed: z.int(), failed: z.int(), other: z.int() })
      .describe(
        'Jamf Pro’s own Redistribute Profile setting over the last 30 days. awaited: it has a grace period. renewed: it renewed the certificate. failed: the grace period ended without a new certificate. other: renewed by something else.',
      ),
    states: z
      .record(listedState, z.int())
      .describe('Number of Macs by state, as of the last assessment of each Mac.'),
    coverage: z
      .number()
      .nullable()
      .describe('Share of the Macs in scope whose certificate status is known; null without Macs in scope.'),
  })
  .meta({ id: 'ProfileOverview' });

/** The Macs that Recert holds in exclusion groups. */
export const leasesLook = z
  .object({
    count: z.int(),
    late: z.int().describe('Macs that should have been restored already; they have no certificate.'),
    oldest: z
      .object({
        computer: z.object({ id: z.string(), serialNumber: z.string(), name: z.string() }),
        profile: z.string(),
        groupId: z.string(),
        since: instant,
      })
      .nullable()
      .describe('The oldest late exclusion, or the oldest of all when none is late.'),
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
      due: z.int().describe('Due and queued: states due and eligible.'),
      inFlight: z
        .int()
        .describe(
          'In progress, not yet verified: states excluded, including, triggered, pushed and verifying.',
        ),
      blocked: z.int(),
      failed: z.int().describe('Retrying or needs attention: states retry and needs-human.'),
      verified: z.int(),
    }),
    leases: leasesLook.describe('Macs that the cycle mechanism currently excludes.'),
    hints: z.int().describe('Assessment backlog: Macs queued to be assessed.'),
    paused: pause.nullable(),
    lastWebhookAt: instantOrNull,
    lastSweepAt: instantOrNull,
    fullSweep: z
      .object({
        startedAt: instant,
        computers: z.int().describe('Number of Macs read so far.'),
        finishedAt: instantOrNull.describe('Null while the sweep is running.'),
      })
      .nullable()
      .describe('The latest sweep of the entire fleet; null before the first one.'),
  })
  .meta({ id: 'InstanceOverview' });

const queueLook = z
  .object({
    name: z.enum(QUEUES),
    waiting: z.int(),
    active: z.int(),
    delayed: z.int(),
    failed: z.int(),
    workers: z.int().describe('Number of connected workers.'),
  })
  .meta({ id: 'QueueLook' });

/** Overall status, findings and figures. */
export const overview = z
  .object({
    at: instant,
    version: z.string(),
    healthy: z.boolean(),
    findings: z.array(finding).describe('Findings, errors first.'),
    instances: z.array(instanceOverview),
    queues: z.array(queueLook),
  })
  .meta({ id: 'Overview' });

/** The overview as handlers return it. */
export type Overview = z.input<typeof overview>;
