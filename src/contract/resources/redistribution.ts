import { z } from 'zod';
import { BLOCK_REASONS, MECHANISMS, STATES } from '../../domain/redistribution/record.js';
import { computerId, instant, instantOrNull, next, reason, unreadable } from '../common.js';
import { listedState, unknownReason } from './computer.js';

/** Reasons why a redistribution is blocked; docs/redistribution.md explains each. */
export const blockReason = z.enum(BLOCK_REASONS);

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
    .describe('The Mac. All fields except `id` are empty when Recert has no data about the Mac any more.'),
  state: redistributionState,
  since: instant.describe('When the redistribution entered this state.'),
  openedAt: instant,
  closedAt: instantOrNull.describe(
    'When the redistribution was closed, after its cleanup; null while it is open.',
  ),
  cause,
  blocked: z
    .object({ reason: blockReason, text: z.string() })
    .nullable()
    .describe('Why the redistribution is blocked; set if and only if its state is blocked.'),
  plan: z.string().describe('What Recert will do next, as a sentence.'),
  wakeAt: instant.describe(
    'When Recert continues with the redistribution, unless an event causes this earlier.',
  ),
  attempts: z.int().describe('Number of attempts so far.'),
  before: z
    .object({ serialNumber: z.string(), expiresAt: instantOrNull })
    .describe(
      'The certificate that the Mac had before the redistribution. If several matched the profile, it is the one that expires last.',
    ),
  proof: z
    .object({
      serialNumber: z.string(),
      expiresAt: instant,
      issuedAt: instantOrNull,
      reportedAt: instant.describe(
        'Time of the inventory report that showed the new certificate, or when Recert read the declarative status that showed it.',
      ),
      source: z
        .literal('status')
        .optional()
        .describe('Set when the declarative status of the Mac showed the new certificate before inventory.'),
      credit: z
        .enum(['recert', 'jamf', 'other'])
        .describe(
          'What renewed the certificate. recert: this redistribution. jamf: the Redistribute Profile setting of Jamf Pro. other: something else.',
        ),
    })
    .nullable()
    .describe('The new certificate; null until the renewal is verified.'),
};

/** The fields that a list shows of each redistribution. */
const redistributionSummary = z.object(common).meta({ id: 'RedistributionSummary' });

/** Response of `GET /api/v1/redistributions`, newest first. */
export const redistributionPage = z
  .object({ redistributions: z.array(redistributionSummary), next, unreadable })
  .meta({ id: 'RedistributionPage' });

const attempt = z
  .object({
    number: z.int(),
    mechanism: z
      .enum(MECHANISMS)
      .describe('The mechanism that the attempt used; see docs/redistribution.md.'),
    direction: z
      .enum(['to-green', 'to-blue'])
      .describe(
        'Which profile (blue or green) delivers the new certificate. If the mechanism is not overlap, it is the profile that the Mac already has.',
      ),
    intentAt: instant.describe(
      'When Recert decided to write to Jamf Pro. The time is stored before the write.',
    ),
    triggeredAt: instantOrNull.describe('When Jamf Pro confirmed the write.'),
    command: z
      .object({
        uuid: z.string(),
        state: z.string(),
        sentAt: instant,
        completedAt: instantOrNull,
        error: z.string(),
      })
      .nullable()
      .describe('The InstallProfile command that Jamf Pro created; null before that.'),
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

/** Response of `GET /api/v1/redistributions/{id}`. */
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
        'Set while the Mac may be in an exclusion group: since when, and when Recert must have removed the Mac from the group.',
      ),
    settlement: z
      .object({
        kind: z.enum(['finish', 'return']),
        dueAt: instant,
        doneAt: instantOrNull,
        outcome: z.string().nullable(),
      })
      .nullable()
      .describe(
        'Cleanup after the redistribution. finish: remove the old profile. return: revert the group changes.',
      ),
    trouble: z
      .object({ since: instant, at: instant, count: z.int(), text: z.string() })
      .nullable()
      .describe('Failed Jamf Pro API calls of this redistribution since the last successful call.'),
    cancelRequest: z.object({ by: z.string(), reason: z.string(), at: instant }).nullable(),
    history: z.array(transition).describe('All state changes with their evidence, oldest first.'),
  })
  .meta({ id: 'Redistribution' });

/** Identifies a Mac in a request, by ID or by serial number. */
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

/**
 * Up to this number of Macs, the redistributions are opened before the response is sent. Requests with more Macs
 * become a batch, which is opened in the background.
 */
export const MOST_AT_ONCE = 100;
/** Maximum number of Macs that a request may list: as many as fit into the maximum size of a request body. */
const MOST_NAMED = 5_000;
/** Maximum number of Macs per request. It protects against redistributing to an entire fleet by mistake. */
export const MOST_OF_A_BATCH = 20_000;

const part = z.string().trim().min(1).max(100).optional();
/** Maximum number of Macs that a request may exclude from its filter, in `except`. */
const MOST_LEFT_OUT = 100;

/** Selects Macs by a filter instead of a list of IDs or serial numbers. */
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
        '`all` selects every Mac whose redistribution failed and needs attention. The ID of a group in the response of GET failures selects the Macs of that group.',
      ),
    except: z
      .array(computerId)
      .min(1)
      .max(MOST_LEFT_OUT)
      .optional()
      .describe('IDs of Macs that match the filter but are excluded.'),
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
    description:
      'The filters of GET computers. The server selects the matching Macs when it handles the request.',
  });

/** Body of `POST /api/v1/redistributions`. */
export const redistributeRequest = z
  .strictObject({
    reason,
    computers: z
      .array(macRef)
      .min(1)
      .max(MOST_NAMED, `list at most ${MOST_NAMED} Macs in one request, or select them with "filter"`)
      .optional(),
    filter: macFilter.optional(),
    most: z
      .int()
      .min(1)
      .max(MOST_OF_A_BATCH)
      .default(MOST_AT_ONCE)
      .describe(
        'Maximum number of accepted Macs. If the request would accept more, nothing is changed. Set it to the value of `accepted` in the response of the dry run.',
      ),
    instance: z.string().min(1).max(32).optional(),
    profile: z
      .string()
      .min(1)
      .max(32)
      .optional()
      .describe(
        'Name of the watched profile. Optional if the Mac is in the scope of only one watched profile.',
      ),
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

/** The result for one Mac of a request to redistribute. */
const redistributeResult = z
  .object({
    computer: z
      .object({ id: z.string().nullable(), serialNumber: z.string().nullable(), name: z.string() })
      .describe('The Mac. Fields that are not known are null or empty.'),
    profile: z.string().nullable(),
    outcome: z
      .enum(['accepted', 'planned', 'refused'])
      .describe(
        'planned: the redistribution was opened in observe mode, where Recert writes nothing to Jamf Pro.',
      ),
    reason: z
      .string()
      .nullable()
      .describe('Machine-readable reason of a refusal; null when the Mac was not refused.'),
    sentence: z.string(),
    redistributionId: z.string().nullable().describe('Null when the Mac was refused, and in a dry run.'),
  })
  .meta({ id: 'RedistributeResult' });

const refusals = z
  .array(
    z.object({
      reason: z.string(),
      count: z.int(),
      sentence: z.string().describe('The explanation for the first Mac that was refused for this reason.'),
    }),
  )
  .describe('Number of refusals by reason, most frequent first.');

const load = z
  .object({
    issuances: z.int().describe('Number of certificates that are requested from the CA.'),
    calls: z.int().describe('Maximum number of Jamf Pro API calls.'),
    durationMs: z.int().describe('Time until the last Mac is verified if all Macs are online.'),
    hourlyCap: z
      .int()
      .nullable()
      .describe('Rate limit that applies, certificates per hour; null when the request overrides it.'),
    inFlight: z.int(),
  })
  .nullable()
  .describe('Estimated cost and duration; null when nothing is sent.')
  .meta({ id: 'Load' });

/** A batch: a request for several Macs, for which Recert opens the redistributions in the background. */
export const batchView = z
  .object({
    id: z.string(),
    instance: z.string(),
    profile: z
      .string()
      .nullable()
      .describe('Name of the watched profile; null when each Mac uses the profile that applies to it.'),
    by: z.string(),
    reason: z.string(),
    at: instant,
    filter: macFilter
      .nullable()
      .describe('The filter of the request; null when the request listed the Macs.'),
    state: z
      .enum(['opening', 'opened', 'cancelling', 'cancelled'])
      .describe(
        'opening: Recert is opening the redistributions. opened: all redistributions have been opened; `byState` shows their progress.',
      ),
    total: z.int().describe('Number of Macs that the request accepted.'),
    left: z.int().describe('Number of Macs whose redistribution is not opened yet.'),
    opened: z.int(),
    refused: z
      .int()
      .describe('Number of Macs that were refused when Recert tried to open their redistribution.'),
    refusals,
    byState: z
      .partialRecord(redistributionState, z.int())
      .describe('Number of opened redistributions by state.'),
    ended: z
      .int()
      .describe('Number of opened redistributions that are verified, canceled or need attention.'),
    load,
    cancelRequest: z
      .object({
        by: z.string(),
        reason: z.string(),
        at: instant,
        opened: z.boolean().describe('Whether redistributions that were already opened are canceled, too.'),
      })
      .nullable(),
  })
  .meta({ id: 'Batch' });

/** Response of `GET /api/v1/batches`, newest first. */
export const batchPage = z
  .object({ batches: z.array(batchView), next, unreadable })
  .meta({ id: 'BatchPage' });

/** Body of `POST /api/v1/batches/{id}/cancel`. */
export const batchCancelRequest = z
  .strictObject({
    reason,
    opened: z
      .boolean()
      .default(true)
      .describe(
        'true: also cancel the open redistributions of the batch. false: only stop opening new redistributions.',
      ),
  })
  .meta({ id: 'BatchCancelRequest' });

/** A response lists the results of at most this many Macs. */
export const MOST_LISTED = 1_000;

/** Response of `POST /api/v1/redistributions`. The results are in the order of the Macs in the request. */
export const redistributeAnswer = z
  .object({
    dryRun: z.boolean(),
    accepted: z.int(),
    refused: z.int(),
    results: z
      .array(redistributeResult)
      .describe(`The first ${MOST_LISTED} results; empty when the request became a batch.`),
    complete: z.boolean().describe('Whether `results` contains the results of all Macs.'),
    refusals,
    load,
    batch: batchView
      .nullable()
      .describe('The batch; set when the redistributions are opened in the background.'),
  })
  .meta({ id: 'RedistributeAnswer' });

/** Body of `POST /api/v1/redistributions/{id}/cancel`. */
export const cancelRequest = z.strictObject({ reason }).meta({ id: 'CancelRequest' });
