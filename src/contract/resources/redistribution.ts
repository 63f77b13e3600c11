import { z } from 'zod';
import { BLOCK_REASONS, MECHANISMS, STATES } from '../../domain/redistribution/record.js';
import { computerId, instant, instantOrNull, next, reason } from '../common.js';
import { listedState, unknownReason } from './computer.js';

/** Why a redistribution waits. */
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
      batch: z.string().optional().describe('Id of the request for many that it came with.'),
    }),
  ])
  .describe('due: the certificate came near its end. manual: a person asked.');

const common = {
  id: z.string(),
  instance: z.string(),
  profile: z.string().describe('Name of the watched profile in the configuration.'),
  computer: z
    .object({ id: z.string(), serialNumber: z.string(), name: z.string(), username: z.string() })
    .describe('Texts are empty when nothing is known.'),
  state: redistributionState,
  since: instant.describe('When it came into this state.'),
  openedAt: instant,
  closedAt: instantOrNull.describe('When nothing was left to do; null while it is open.'),
  cause,
  blocked: z
    .object({ reason: blockReason, text: z.string() })
    .nullable()
    .describe('Why not now; set exactly when the state is blocked.'),
  plan: z.string().describe('What is going to be done.'),
  wakeAt: instant.describe('When it looks again, if nothing wakes it before.'),
  attempts: z.int().describe('How often the profile was sent.'),
  before: z
    .object({ serialNumber: z.string(), expiresAt: instantOrNull })
    .describe('The best certificate before.'),
  proof: z
    .object({
      serialNumber: z.string(),
      expiresAt: instant,
      issuedAt: instantOrNull,
      reportedAt: instant.describe('The inventory that showed it.'),
      credit: z
        .enum(['recert', 'jamf', 'other'])
        .describe('jamf: renewed by its own setting. other: by somebody else.'),
    })
    .nullable()
    .describe('The new certificate, once it is proven.'),
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
    mechanism: z.enum(MECHANISMS).describe('How it was made; docs/redistribution.md says what each does.'),
    direction: z
      .enum(['to-green', 'to-blue'])
      .describe('Which profile is to bring the certificate; without an overlap the one that the Mac has.'),
    intentAt: instant.describe('When the write to Jamf was decided.'),
    triggeredAt: instantOrNull.describe('When Jamf was seen to have it.'),
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

/** Everything that is known of one redistribution. */
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
        'Set while the Mac may be in an exclusion group: since when, and when it is taken back at the latest.',
      ),
    settlement: z
      .object({
        kind: z.enum(['finish', 'return']),
        dueAt: instant,
        doneAt: instantOrNull,
        outcome: z.string().nullable(),
      })
      .nullable()
      .describe('What is left to do after the end: drop the old profile, or go back.'),
    trouble: z
      .object({ since: instant, at: instant, count: z.int(), text: z.string() })
      .nullable()
      .describe('Calls that failed since the last that worked.'),
    cancelRequest: z.object({ by: z.string(), reason: z.string(), at: instant }).nullable(),
    history: z.array(transition).describe('Every change of state with what was seen, oldest first.'),
  })
  .meta({ id: 'Redistribution' });

/** One Mac in a request: by id or by serial number. */
export const macRef = z.union(
  [
    z.strictObject({ id: computerId }),
    z.strictObject({
      serialNumber: z
        .string()
        .trim()
        .min(1, 'is empty: write the serial number of the Mac')
        .max(64, 'is longer than any serial number'),
    }),
  ],
  'name the Mac by "id" or by "serialNumber"',
);

/** Most Macs that are opened before the answer; more of them become a request for many. */
export const MOST_AT_ONCE = 100;
/** Most Macs that are named one by one: they fit the largest body. */
const MOST_NAMED = 5_000;
/** Most Macs that one request may be for. A whole fleet by mistake is what must never happen. */
export const MOST_OF_A_BATCH = 20_000;

const part = z.string().trim().min(1).max(100).optional();
/** Most Macs that are left out of those that match: who names more narrows the filter. */
const MOST_LEFT_OUT = 100;

/** Which Macs are meant, instead of naming them. */
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
      .regex(/^(all|[0-9a-f]{12})$/, 'is "all", or the id of a group of GET failures')
      .optional()
      .describe(
        'all: every Mac whose redistribution failed and needs a person; else those of one group of GET failures.',
      ),
    except: z
      .array(computerId)
      .min(1)
      .max(MOST_LEFT_OUT)
      .optional()
      .describe('Ids of Macs that are left out, though they match.'),
  })
  .refine(
    ({ except: _except, ...filter }) => Object.values<unknown>(filter).some((one) => one !== undefined),
    'name at least one filter',
  )
  .refine(
    ({ failed, except: _except, ...others }) =>
      failed === undefined || Object.values<unknown>(others).every((one) => one === undefined),
    'failed goes alone: leave the other filters out',
  )
  .meta({ id: 'MacFilter', description: 'As in GET computers; resolved on the server.' });

/** What a person asks for. */
export const redistributeRequest = z
  .strictObject({
    reason,
    computers: z
      .array(macRef)
      .min(1)
      .max(MOST_NAMED, `name at most ${MOST_NAMED} Macs in one request, or say which with "filter"`)
      .optional(),
    filter: macFilter.optional(),
    most: z
      .int()
      .min(1)
      .max(MOST_OF_A_BATCH)
      .default(MOST_AT_ONCE)
      .describe('When more than this would be taken on, nothing is: give the `accepted` of the dry run.'),
    instance: z.string().min(1).max(32).optional(),
    profile: z
      .string()
      .min(1)
      .max(32)
      .optional()
      .describe('Watched profile; may be left out when only one is for the Mac.'),
    dryRun: z.boolean().default(false).describe('Say what would happen; change nothing.'),
    overrideHourlyCap: z
      .boolean()
      .default(false)
      .describe('Go past the hourly cap on certificates asked of the CA. The reason should say why.'),
    overrideCanary: z
      .boolean()
      .default(false)
      .describe('Do not wait for the canary wave under way. The reason should say why.'),
  })
  .refine(
    ({ computers, filter }) => (computers === undefined) !== (filter === undefined),
    'say whom: either "computers" or "filter"',
  )
  .meta({ id: 'RedistributeRequest' });

/** What was said of one Mac of a request. */
const redistributeResult = z
  .object({
    computer: z
      .object({ id: z.string().nullable(), serialNumber: z.string().nullable(), name: z.string() })
      .describe('As far as it is known.'),
    profile: z.string().nullable(),
    outcome: z
      .enum(['accepted', 'planned', 'refused'])
      .describe('planned: opened in mode observe, where nothing is written to Jamf.'),
    reason: z.string().nullable().describe('Why it was refused, for programs.'),
    sentence: z.string(),
    redistributionId: z.string().nullable().describe('Null when it was refused, and in a dry run.'),
  })
  .meta({ id: 'RedistributeResult' });

const refusals = z
  .array(
    z.object({
      reason: z.string(),
      count: z.int(),
      sentence: z.string().describe('What was said of the first of them.'),
    }),
  )
  .describe('How many were refused for which reason, most first.');

const load = z
  .object({
    issuances: z.int().describe('Certificates that are asked of the CA.'),
    calls: z.int().describe('Calls to Jamf Pro, at most.'),
    durationMs: z.int().describe('Until the last is proven, if all Macs are in contact.'),
    hourlyCap: z.int().nullable().describe('Certificates an hour; null past the cap.'),
    inFlight: z.int(),
  })
  .nullable()
  .describe('What it costs and how long it takes; null when nothing is sent.')
  .meta({ id: 'Load' });

/** A request for many Macs: they are opened in the background, and what becomes of them is counted. */
export const batchView = z
  .object({
    id: z.string(),
    instance: z.string(),
    profile: z.string().nullable().describe('Null when each Mac has its own.'),
    by: z.string(),
    reason: z.string(),
    at: instant,
    filter: macFilter.nullable().describe('Null when the Macs were named.'),
    state: z
      .enum(['opening', 'opened', 'cancelling', 'cancelled'])
      .describe('opened: nothing is left to open; `byState` says how far the redistributions are.'),
    total: z.int().describe('Macs that were taken on.'),
    left: z.int().describe('Macs that are still to be opened.'),
    opened: z.int(),
    refused: z.int().describe('Macs that were refused meanwhile.'),
    refusals,
    byState: z.partialRecord(redistributionState, z.int()).describe('Of those opened.'),
    ended: z.int().describe('Of those opened: verified, cancelled, or in need of a person.'),
    load,
    cancelRequest: z
      .object({
        by: z.string(),
        reason: z.string(),
        at: instant,
        opened: z.boolean().describe('Whether those that were opened are cancelled, too.'),
      })
      .nullable(),
  })
  .meta({ id: 'Batch' });

/** A page of requests for many, newest first. */
export const batchPage = z.object({ batches: z.array(batchView), next }).meta({ id: 'BatchPage' });

/** Why a request for many is to end, and how far. */
export const batchCancelRequest = z
  .strictObject({
    reason,
    opened: z
      .boolean()
      .default(true)
      .describe('Also cancel what it opened and is not over. False: only open no more.'),
  })
  .meta({ id: 'BatchCancelRequest' });

/** Most results that one answer lists. */
export const MOST_LISTED = 1_000;

/** What was said of each Mac of a request, in its order. */
export const redistributeAnswer = z
  .object({
    dryRun: z.boolean(),
    accepted: z.int(),
    refused: z.int(),
    results: z
      .array(redistributeResult)
      .describe(`The first ${MOST_LISTED}; none when they are opened in the background.`),
    complete: z.boolean().describe('Whether `results` holds all of them.'),
    refusals,
    load,
    batch: batchView.nullable().describe('Set when they are opened in the background.'),
  })
  .meta({ id: 'RedistributeAnswer' });

/** Why a redistribution is to end. */
export const cancelRequest = z.strictObject({ reason }).meta({ id: 'CancelRequest' });
