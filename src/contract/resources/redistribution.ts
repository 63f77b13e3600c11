import { z } from 'zod';
import { BLOCK_REASONS, MECHANISMS, STATES } from '../../domain/redistribution/record.js';
import { computerId, instant, instantOrNull, next, reason } from '../common.js';
import { listedState, unknownReason } from './computer.js';

/** Why a redistribution is blocked. */
export const blockReason = z.enum(BLOCK_REASONS);

/** The states of a redistribution. */
export const redistributionState = z.enum(STATES);

const cause = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('due') }),
    z.object({
      kind: z.literal('manual'),
      by: z.string(),
      reason: z.string(),
      batch: z.string().optional().describe('ID of the batch that opened the redistribution.'),
    }),
  ])
  .describe('due: the renewal window of the certificate began. manual: a user requested the redistribution.');

const common = {
  id: z.string(),
  instance: z.string(),
  profile: z.string().describe('Name of the watched profile in the configuration.'),
  computer: z
    .object({ id: z.string(), serialNumber: z.string(), name: z.string(), username: z.string() })
    .describe('Texts are empty when the Mac is no longer known.'),
  state: redistributionState,
  since: instant.describe('When the redistribution entered this state.'),
  openedAt: instant,
  closedAt: instantOrNull.describe(
    'When the redistribution was closed, cleanup included; null while it is open.',
  ),
  cause,
  blocked: z
    .object({ reason: blockReason, text: z.string() })
    .nullable()
    .describe('Why it is blocked; set if and only if the state is blocked.'),
  plan: z.string().describe('What Recert will do next.'),
  wakeAt: instant.describe('When the next step runs, unless an event triggers it earlier.'),
  attempts: z.int().describe('Number of attempts.'),
  before: z
    .object({ serialNumber: z.string(), expiresAt: instantOrNull })
    .describe('The matching certificate with the latest expiry before the redistribution.'),
  proof: z
    .object({
      serialNumber: z.string(),
      expiresAt: instant,
      issuedAt: instantOrNull,
      reportedAt: instant.describe('Time of the inventory report that showed the new certificate.'),
      credit: z
        .enum(['recert', 'jamf', 'other'])
        .describe(
          'Who renewed it. jamf: Jamf Pro’s own Redistribute Profile setting. other: something else.',
        ),
    })
    .nullable()
    .describe('The new certificate; null until it is verified.'),
};

/** A redistribution in a list. */
const redistributionSummary = z.object(common).meta({ id: 'RedistributionSummary' });

/** A page of redistributions, newest first. */
export const redistributionPage = z
  .object({ redistributions: z.array(redistributionSummary), next })
  .meta({ id: 'RedistributionPage' });

const attempt = z
  .object({
    number: z.int(),
    mechanism: z.enum(MECHANISMS).describe('The mechanism of the attempt; see docs/redistribution.md.'),
    direction: z
      .enum(['to-green', 'to-blue'])
      .describe(
        'The profile that delivers the new certificate. Mechanisms without an overlap use the profile that the Mac has.',
      ),
    intentAt: instant.describe('When Recert decided to write to Jamf Pro.'),
    triggeredAt: instantOrNull.describe('When the write was confirmed in Jamf Pro.'),
    command: z
      .object({
        uuid: z.string(),
        state: z.string(),
        sentAt: instant,
        completedAt: instantOrNull,
        error: z.string(),
      })
      .nullable()
      .describe('The InstallProfile command.'),
    blankPushes: z.array(instant),
    endedAt: instantOrNull,
    outcome: z.string().nullable(),
    error: z.string(),
  })
  .meta({ id: 'Attempt' });

const transition = z
  .object({
    at: instant,
    from: redistributionState.nullable(),
    to: redistributionState,
    why: z.string(),
    evidence: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  })
  .meta({ id: 'Transition' });

/** All data of one redistribution. */
export const redistributionDetail = z
  .object({
    ...common,
    dueAt: instantOrNull,
    direction: z.enum(['to-green', 'to-blue']).nullable(),
    attemptList: z.array(attempt),
    retryAt: instantOrNull,
    lease: z
      .object({ groupId: z.string(), at: instant, dueAt: instant, returningSince: instantOrNull })
      .nullable()
      .describe(
        'Set while the Mac may be in an exclusion group: since when, and when it must be restored at the latest.',
      ),
    settlement: z
      .object({
        kind: z.enum(['finish', 'return']),
        dueAt: instant,
        doneAt: instantOrNull,
        outcome: z.string().nullable(),
      })
      .nullable()
      .describe('Cleanup after the end. finish: remove the old profile. return: revert the group changes.'),
    trouble: z
      .object({ since: instant, at: instant, count: z.int(), text: z.string() })
      .nullable()
      .describe('Failed Jamf Pro API calls since the last successful one.'),
    cancelRequest: z.object({ by: z.string(), reason: z.string(), at: instant }).nullable(),
    history: z.array(transition).describe('All state changes with their evidence, oldest first.'),
  })
  .meta({ id: 'Redistribution' });

/** A Mac in a request, by ID or by serial number. */
export const macRef = z.union(
  [
    z.strictObject({ id: computerId }),
    z.strictObject({
      serialNumber: z
        .string()
        .trim()
        .min(1, 'must not be empty')
        .max(64, 'must not be longer than 64 characters'),
    }),
  ],
  'must have either "id" or "serialNumber"',
);

/** Maximum number of Macs that are opened before the response; more Macs become a batch. */
export const MOST_AT_ONCE = 100;
/** Maximum number of Macs that a request may name: as many as fit into the largest body. */
const MOST_NAMED = 5_000;
/** Maximum number of Macs per request. It protects against redistributing an entire fleet by mistake. */
export const MOST_OF_A_BATCH = 20_000;

const part = z.string().trim().min(1).max(100).optional();
/** Maximum number of Macs that a request may exclude from its filter. */
const MOST_LEFT_OUT = 100;

/** Selects Macs by a filter instead of by name. */
export const macFilter = z
  .strictObject({
    state: listedState.optional(),
    unknown: unknownReason.optional(),
    expiresBefore: z.int().min(0).max(1e14).optional(),
    text: part,
    username: part,
    name: part,
    failed: z
      .string()
      .regex(/^(all|[0-9a-f]{12})$/, 'must be "all" or the ID of a group of GET failures')
      .optional()
      .describe(
        'all: every Mac whose redistribution failed and needs attention. Otherwise the ID of a group of GET failures: the Macs of that group.',
      ),
    except: z
      .array(computerId)
      .min(1)
      .max(MOST_LEFT_OUT)
      .optional()
      .describe('IDs of matching Macs to exclude.'),
  })
  .refine(
    ({ except: _except, ...filter }) => Object.values<unknown>(filter).some((value) => value !== undefined),
    'set at least one filter',
  )
  .refine(
    ({ failed, except: _except, ...others }) =>
      failed === undefined || Object.values<unknown>(others).every((value) => value === undefined),
    'failed cannot be combined with other filters',
  )
  .meta({
    id: 'MacFilter',
    description: 'The filters of GET computers. The server resolves them when it handles the request.',
  });

/** Request to redistribute a profile to Macs. */
export const redistributeRequest = z
  .strictObject({
    reason,
    computers: z
      .array(macRef)
      .min(1)
      .max(MOST_NAMED, `name at most ${MOST_NAMED} Macs in one request, or select them with "filter"`)
      .optional(),
    filter: macFilter.optional(),
    most: z
      .int()
      .min(1)
      .max(MOST_OF_A_BATCH)
      .default(MOST_AT_ONCE)
      .describe(
        'If more Macs than this would be accepted, nothing is changed. Set it to the `accepted` of the dry run.',
      ),
    instance: z.string().min(1).max(32).optional(),
    profile: z
      .string()
      .min(1)
      .max(32)
      .optional()
      .describe('Watched profile. Optional if the Mac is in the scope of only one.'),
    dryRun: z.boolean().default(false).describe('Only return a preview; change nothing.'),
    overrideHourlyCap: z
      .boolean()
      .default(false)
      .describe('Ignore the rate limit (certificates per hour). State why in the reason.'),
    overrideCanary: z
      .boolean()
      .default(false)
      .describe('Do not wait for the current canary wave. State why in the reason.'),
  })
  .refine(
    ({ computers, filter }) => (computers === undefined) !== (filter === undefined),
    'set either "computers" or "filter"',
  )
  .meta({ id: 'RedistributeRequest' });

/** The result for one Mac of a request. */
const redistributeResult = z
  .object({
    computer: z
      .object({ id: z.string().nullable(), serialNumber: z.string().nullable(), name: z.string() })
      .describe('The Mac, as far as it is known.'),
    profile: z.string().nullable(),
    outcome: z
      .enum(['accepted', 'planned', 'refused'])
      .describe('planned: opened in observe mode, where nothing is written to Jamf Pro.'),
    reason: z.string().nullable().describe('Machine-readable reason of a refusal.'),
    sentence: z.string(),
    redistributionId: z.string().nullable().describe('Null when the Mac was refused, and in a dry run.'),
  })
  .meta({ id: 'RedistributeResult' });

const refusals = z
  .array(
    z.object({
      reason: z.string(),
      count: z.int(),
      sentence: z.string().describe('The sentence of the first refusal with this reason.'),
    }),
  )
  .describe('Number of refusals by reason, most frequent first.');

const load = z
  .object({
    issuances: z.int().describe('Number of certificates requested from the CA.'),
    calls: z.int().describe('Maximum number of Jamf Pro API calls.'),
    durationMs: z.int().describe('Time until the last Mac is verified if all Macs are online.'),
    hourlyCap: z.int().nullable().describe('Rate limit, certificates per hour; null when it is overridden.'),
    inFlight: z.int(),
  })
  .nullable()
  .describe('Estimated cost and duration; null when nothing is sent.')
  .meta({ id: 'Load' });

/** A batch: one request for several Macs, whose redistributions are opened in the background. */
export const batchView = z
  .object({
    id: z.string(),
    instance: z.string(),
    profile: z.string().nullable().describe('Null when each Mac uses the profile that applies to it.'),
    by: z.string(),
    reason: z.string(),
    at: instant,
    filter: macFilter.nullable().describe('Null when the request named the Macs.'),
    state: z
      .enum(['opening', 'opened', 'cancelling', 'cancelled'])
      .describe('opened: all redistributions have been opened; `byState` shows their progress.'),
    total: z.int().describe('Number of accepted Macs.'),
    left: z.int().describe('Number of Macs that are not opened yet.'),
    opened: z.int(),
    refused: z.int().describe('Number of Macs that were refused when their turn came.'),
    refusals,
    byState: z.partialRecord(redistributionState, z.int()).describe('Opened redistributions by state.'),
    ended: z.int().describe('Opened redistributions that are verified, canceled or need attention.'),
    load,
    cancelRequest: z
      .object({
        by: z.string(),
        reason: z.string(),
        at: instant,
        opened: z.boolean().describe('Whether the opened redistributions are canceled, too.'),
      })
      .nullable(),
  })
  .meta({ id: 'Batch' });

/** A page of batches, newest first. */
export const batchPage = z.object({ batches: z.array(batchView), next }).meta({ id: 'BatchPage' });

/** Request to cancel a batch. */
export const batchCancelRequest = z
  .strictObject({
    reason,
    opened: z
      .boolean()
      .default(true)
      .describe('Also cancel the open redistributions of the batch. False: only stop opening new ones.'),
  })
  .meta({ id: 'BatchCancelRequest' });

/** Maximum number of results in one response. */
export const MOST_LISTED = 1_000;

/** The results for the Macs of a request, in the order of the request. */
export const redistributeAnswer = z
  .object({
    dryRun: z.boolean(),
    accepted: z.int(),
    refused: z.int(),
    results: z.array(redistributeResult).describe(`The first ${MOST_LISTED} results; empty for a batch.`),
    complete: z.boolean().describe('Whether `results` holds all results.'),
    refusals,
    load,
    batch: batchView.nullable().describe('Set when the redistributions are opened in the background.'),
  })
  .meta({ id: 'RedistributeAnswer' });

/** Request to cancel a redistribution. */
export const cancelRequest = z.strictObject({ reason }).meta({ id: 'CancelRequest' });
