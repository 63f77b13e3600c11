import { z } from 'zod';
import { WHY_UNREPORTED } from '../../domain/redistribution/evidence/status.js';
import { QUEUES } from '../queue-names.js';
import { redistributionState } from './redistribution.js';
import { instant, instantOrNull } from '../common.js';
import { listedState } from './computer.js';

/** A finding on the overview. Warnings do not make the overall status unhealthy. */
const finding = z
  .object({
    severity: z.enum(['error', 'warning']).describe('An error makes the overall status unhealthy.'),
    instance: z.string().nullable(),
    text: z.string(),
    page: z.string().nullable().describe('Path of the console page with the details.'),
    command: z.string().nullable().describe('CLI command that shows the details.'),
  })
  .meta({ id: 'Finding' });

/** A pause of a Jamf Pro server: the user, the reason and the time. */
const pause = z.object({ by: z.string(), reason: z.string(), at: instant });

const profileOverview = z
  .object({
    name: z.string(),
    mode: z.enum(['observe', 'act']),
    known: z.boolean().describe('Whether Recert has read the profile (with overlap: both) from Jamf Pro.'),
    gone: z.array(z.string()).optional().describe('Configured profile IDs that Jamf Pro does not have.'),
    mechanisms: z
      .array(z.string())
      .optional()
      .describe('Mechanisms that Recert may use, in the order in which they are tried.'),
    additions: z
      .array(z.string())
      .optional()
      .describe(
        'Sentences that explain what Recert could do in addition with a second profile or an exclusion group.',
      ),
    scopeConflict: z
      .string()
      .nullable()
      .describe(
        'Why Recert does not act on this profile: the scopes in Jamf Pro contradict the configuration. Null when the scopes match the configuration.',
      ),
    breaker: z
      .object({ reason: z.string(), text: z.string(), at: instant })
      .nullable()
      .describe('Set while the circuit breaker is open: renewals are stopped until a user resumes them.'),
    hold: z
      .object({ text: z.string(), until: instant })
      .nullable()
      .describe('Why renewals are on hold (cool-down), and until when.'),
    canary: z
      .object({ wave: z.int(), verified: z.int(), limit: z.int() })
      .nullable()
      .describe('The current canary wave; null when all waves are complete.'),
    opensAt: instantOrNull.describe('When the next maintenance window opens; null while a window is open.'),
    urgent: z
      .object({
        computers: z.int(),
        allowed: z.boolean().describe('Whether the setting `maintenanceUrgent` is `allow`.'),
      })
      .nullable()
      .optional()
      .describe(
        'Macs whose certificate expires before the next maintenance window, or within 24 hours; null while a window is open.',
      ),
    audit: z
      .object({ errors: z.int(), warnings: z.int() })
      .nullable()
      .describe(
        'Number of findings of the profile check, for both profiles (blue and green) together; null before the first check.',
      ),
    native: z
      .object({ awaited: z.boolean(), renewed: z.int(), failed: z.int(), other: z.int() })
      .describe(
        'Results of the Redistribute Profile setting of Jamf Pro over the last 30 days, as numbers of Macs. awaited: the grace period of this setting is running. renewed: the setting renewed the certificate. failed: the grace period ended without a new certificate. other: something else renewed the certificate.',
      ),
    states: z
      .record(listedState, z.int())
      .describe('Number of Macs by state, as of the last assessment of each Mac.'),
    coverage: z
      .number()
      .nullable()
      .describe('Share of the Macs in scope whose certificate status is known; null without Macs in scope.'),
    measured: z
      .object({
        computers: z
          .int()
          .describe('Number of Macs in scope that have the profile and are in contact with Jamf Pro.'),
        known: z.int().describe('Number of these Macs whose certificate status is known.'),
        inactive: z
          .int()
          .optional()
          .describe(
            'Number of these Macs of which Jamf Pro lists only inactive certificates. Recert uses these certificates. Absent when there are none.',
          ),
        least: z
          .number()
          .describe(
            'Minimum share of Macs whose certificate status is known. Below this share, the overview is unhealthy.',
          ),
        subjects: z
          .array(z.object({ subject: z.string(), count: z.int() }))
          .describe('Subjects of other certificates on Macs without a matching certificate.'),
      })
      .nullable()
      .describe('Coverage as of the last full sweep; null before the first one.'),
    missing: z
      .object({
        computers: z.int(),
        examples: z
          .array(z.string())
          .describe('Serial numbers of the Macs that have been without a certificate longest.'),
        afterMs: z.int().describe('The setting `missing`, milliseconds.'),
      })
      .describe(
        'Macs in scope whose inventory has shown no certificate for longer than the setting `missing` allows.',
      ),
    scopeEmptySince: instantOrNull.describe(
      'When Recert found that the scope has no targets any more, or that a target group has no members any more. The last known scope stays in use.',
    ),
    okta: z
      .object({
        configuration: z.string().describe('ID and name of the SCEP configuration in Okta.'),
        keyId: z
          .string()
          .describe('Key identifier of the CA generation that issues; empty if it could not be read.'),
        caExpiresAt: instantOrNull.describe('When this generation ends.'),
        successor: z
          .object({ keyId: z.string(), expiresAt: instantOrNull })
          .nullable()
          .describe('The newer generation to which an administrator has not rolled the configuration over.'),
        revoked: z.array(z.string()).describe('Macs whose current certificate Okta has revoked.'),
        readAt: instantOrNull.describe('When Recert last read the certificate authorities.'),
      })
      .nullable()
      .optional()
      .describe('What Okta says about the profile; null or absent without the connector to Okta.'),
    capacity: z
      .object({
        hourlyCap: z.int().describe('Rate limit in effect: certificates an hour.'),
        inFlight: z.int().describe('Concurrency limit in effect.'),
        chosen: z
          .boolean()
          .describe(
            'Recert chooses both limits from the fleet. False when the configuration sets one of them.',
          ),
        reasons: z.array(z.string()).describe('Sentences that explain why these limits are in effect.'),
        shortage: z
          .object({
            at: instant.describe('When the first Mac becomes overdue because it waits for capacity.'),
            computers: z.int().describe('Number of Macs that become overdue for this reason.'),
            neededCaLimit: z
              .int()
              .nullable()
              .describe(
                'A value of `capacity.caLimit` that is sufficient; null when no value is sufficient.',
              ),
          })
          .nullable()
          .describe('Set when even the largest capacity that the configuration allows is not sufficient.'),
      })
      .nullable()
      .describe('Limits of renewals as of the last full sweep; null before the profile was read.'),
  })
  .meta({ id: 'ProfileOverview' });

/** The Macs that Recert has added to an exclusion group for the mechanism `cycle` and not removed yet. */
export const leasesLook = z
  .object({
    count: z.int(),
    late: z
      .int()
      .describe(
        'Number of Macs that Recert should already have removed from the exclusion group. They have no certificate.',
      ),
    oldest: z
      .object({
        computer: z.object({ id: z.string(), serialNumber: z.string(), name: z.string() }),
        profile: z.string(),
        groupId: z.string(),
        since: instant,
      })
      .nullable()
      .describe('The oldest late exclusion; the oldest of all exclusions when none is late.'),
  })
  .meta({ id: 'Leases' });

/** Steps of the setup, in order. */
const SETUP_STEPS = [
  'worker',
  'profile',
  'read',
  'sweep',
  'check',
  'coverage',
  'webhooks',
  'act',
  'proof',
] as const;

const setupStep = z
  .object({
    id: z.enum(SETUP_STEPS),
    title: z.string().describe('What is true when the step is complete.'),
    done: z.boolean(),
    text: z.string().nullable().describe('What is missing; null when the step is complete.'),
    todo: z.string().nullable().describe('What to do; null when the step is complete.'),
    page: z.string().nullable().describe('Path of the console page with the details.'),
    command: z.string().nullable().describe('CLI command that helps.'),
    jamf: z.string().nullable().describe('Address in the web interface of Jamf Pro.'),
  })
  .meta({ id: 'SetupStep' });

const instanceOverview = z
  .object({
    name: z.string(),
    url: z.string(),
    computers: z.object({ known: z.int(), retired: z.int() }),
    profiles: z.array(profileOverview),
    redistributions: z.object({
      byState: z.record(redistributionState, z.int()),
      open: z.int(),
      due: z.int().describe('Redistributions that are due or queued: states due and eligible.'),
      inFlight: z
        .int()
        .describe(
          'Redistributions in progress, not yet verified: states excluded, including, triggered, pushed and verifying.',
        ),
      blocked: z.int(),
      failed: z
        .int()
        .describe(
          'Redistributions that are retrying or need attention, states retry and needs-human. Without those of Macs that have a newer redistribution, are healthy again, or have left the scope.',
        ),
      needAttention: z.int().describe('The redistributions in `failed` that need attention.'),
      verified: z.int(),
    }),
    leases: leasesLook.describe(
      'Macs that Recert has added to an exclusion group for the mechanism cycle and not removed yet.',
    ),
    setAside: z
      .array(z.string())
      .describe(
        'IDs of Macs whose inventory Jamf Pro could not return in the last full sweep, at most 100. If Jamf Pro does not return even the ID: the place in the list, such as `record 150 in the order of IDs`.',
      ),
    fall: z
      .object({ at: instant, known: z.int(), missing: z.int() })
      .nullable()
      .describe(
        'Set while so many Macs are missing from Jamf Pro that its list of Macs may be incomplete. None of them is retired until a user resumes renewals, or a later sweep confirms the change.',
      ),
    commandsUnlisted: z
      .boolean()
      .describe('True when Jamf Pro does not list the InstallProfile commands of verified installs.'),
    statusUnread: z
      .enum(WHY_UNREPORTED)
      .nullable()
      .describe(
        'Why Recert does not read the declarative status of Macs although the setting `proof` enables it: no Mac reports it, a privilege is missing, or the reads failed. Null while Recert reads it.',
      ),
    foreignChanges: z
      .array(
        z.object({
          groupId: z.string(),
          computerId: z.string(),
          op: z.enum(['added', 'removed']),
          since: instant,
          at: instant,
        }),
      )
      .describe(
        'Latest membership changes of the groups that this installation did not write: by a person, or by another Recert. They happened after `since` and were found at `at`.',
      ),
    setup: z
      .array(setupStep)
      .describe('Steps from an empty installation to the first verified renewal, in order.'),
    hints: z.int().describe('Assessment backlog: number of Macs queued to be assessed.'),
    paused: pause.nullable(),
    lastWebhookAt: instantOrNull,
    lastSweepAt: instantOrNull,
    fullSweep: z
      .object({
        startedAt: instant,
        computers: z.int().describe('Number of Macs that the sweep has read so far.'),
        finishedAt: instantOrNull.describe('When the sweep ended; null while it is running.'),
      })
      .nullable()
      .describe('The latest sweep of the entire fleet; null before the first sweep.'),
  })
  .meta({ id: 'InstanceOverview' });

const queueLook = z
  .object({
    name: z.enum(QUEUES),
    waiting: z.int(),
    active: z.int(),
    delayed: z.int(),
    failed: z.int(),
    workers: z.int().describe('Number of worker processes that are connected to the queue.'),
  })
  .meta({ id: 'QueueLook' });

/** Response of `GET /api/v1/overview`: overall status, findings and figures of all Jamf Pro servers. */
export const overview = z
  .object({
    at: instant,
    version: z.string(),
    healthy: z.boolean(),
    findings: z.array(finding).describe('Findings, errors first.'),
    removedInstances: z
      .array(
        z.object({
          instance: z.string(),
          text: z.string(),
          excluded: z.int().describe('Number of Macs in an exclusion group.'),
          open: z.int().describe('Number of open redistributions.'),
        }),
      )
      .describe(
        'Jamf Pro servers that are not configured any more although Recert has Macs in an exclusion group or open redistributions there, and what to do.',
      ),
    instances: z.array(instanceOverview),
    queues: z.array(queueLook),
  })
  .meta({ id: 'Overview' });

/** The overview before zod applies defaults; the type that route handlers return. */
export type Overview = z.input<typeof overview>;
