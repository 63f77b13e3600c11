import { z } from 'zod';
import { instanceQuery, instant, instantOrNull, next } from '../common.js';

/** What is decided about a Mac in scope. */
const assessmentState = z.enum(['healthy', 'due', 'overdue', 'expired', 'unknown']);

/** The states a Mac is counted under for one watched profile. */
export const listedState = z.enum([...assessmentState.options, 'out-of-scope']);

/** Why nothing can be said of a Mac. */
export const unknownReason = z.enum([
  'no-certificate',
  'inventory-stale',
  'never-reported',
  'expiry-missing',
]);

const certificate = z.object({
  subject: z.string(),
  serialNumber: z.string(),
  issuedAt: instantOrNull,
  expiresAt: instantOrNull,
});

/** What is decided about a Mac for one watched profile, as of now. */
const assessment = z
  .object({
    profile: z.string(),
    state: listedState,
    unknown: unknownReason.nullable().describe('Why nothing can be said; null when something can.'),
    sentence: z.string().describe('The same for a person.'),
    inScope: z.boolean(),
    certificate: certificate.nullable().describe('The one that expires last among all that match.'),
    matching: z.int().describe('How many matched when inventory was read.'),
    siblings: z
      .array(certificate)
      .describe('Others that match, the one that expires last first; at most three are kept.'),
    dueAt: instantOrNull,
    changesAt: instantOrNull.describe('When time alone changes the state next.'),
  })
  .meta({ id: 'Assessment' });

const facts = {
  instance: z.string(),
  id: z.string().describe('Id of the computer in Jamf Pro.'),
  serialNumber: z.string(),
  name: z.string(),
  username: z.string(),
  realName: z.string(),
  managed: z.boolean(),
  reportedAt: instantOrNull.describe('When it last reported inventory.'),
  lastContactAt: instantOrNull.describe('When it was last heard of, webhooks included.'),
  retiredAt: instantOrNull.describe('Since when Jamf no longer knows it.'),
};

/** A Mac in a list. */
const computerSummary = z
  .object({
    ...facts,
    states: z
      .array(
        assessment.pick({ profile: true, state: true, dueAt: true }).extend({ expiresAt: instantOrNull }),
      )
      .describe('One for each watched profile.'),
  })
  .meta({ id: 'ComputerSummary' });

/** A page of Macs. It may hold fewer than asked for, even none, and still have a `next`. */
export const computerPage = z
  .object({ computers: z.array(computerSummary), next })
  .meta({ id: 'ComputerPage' });

/** A redistribution as a Mac shows it. */
const redistributionGlance = z
  .object({
    id: z.string(),
    profile: z.string(),
    state: z.string(),
    since: instant,
    openedAt: instant,
    closedAt: instantOrNull,
    plan: z.string(),
    blocked: z
      .object({ reason: z.string(), text: z.string() })
      .nullable()
      .describe('Why not now; set exactly when the state is blocked.'),
  })
  .meta({ id: 'RedistributionGlance' });

/** Whether a person may have the Mac redistributed for a profile now, and why not. */
const possible = z
  .object({ profile: z.string(), allowed: z.boolean(), sentence: z.string() })
  .meta({ id: 'Possible' });

/** Looking at one Mac again. */
export const lookRequest = z.strictObject({ instance: instanceQuery }).meta({ id: 'LookRequest' });

/** It was asked for; the Mac is read in a moment. */
export const lookAnswer = z.object({ asked: z.literal(true) }).meta({ id: 'LookAnswer' });

/** Everything that is known of one Mac. */
export const computerDetail = z
  .object({
    ...facts,
    udid: z.string(),
    managementId: z.string(),
    email: z.string(),
    department: z.string(),
    building: z.string(),
    mdmCapable: z.boolean(),
    enrolledAt: instantOrNull,
    assessments: z.array(assessment),
    open: z.array(redistributionGlance).describe('Redistributions under way.'),
    last: z.array(redistributionGlance).describe('The latest of each watched profile, open or not.'),
    redistribute: z.array(possible).describe('What a request to redistribute would be told now.'),
  })
  .meta({ id: 'Computer' });
