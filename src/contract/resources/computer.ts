import { z } from 'zod';
import { instanceQuery, instant, instantOrNull, next, unreadable } from '../common.js';

/** States of the certificate of a Mac that is in the scope of the profile. */
const assessmentState = z.enum(['healthy', 'due', 'overdue', 'expired', 'unknown']);

/** The states by which the Macs of a watched profile are counted and listed. */
export const listedState = z.enum([...assessmentState.options, 'out-of-scope']);

/** Reasons why the certificate status of a Mac is unknown. */
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

/** The current assessment of a Mac for one watched profile. */
const assessment = z
  .object({
    profile: z.string(),
    state: listedState,
    unknown: unknownReason
      .nullable()
      .describe('Why the certificate status is unknown; null when it is known.'),
    sentence: z.string().describe('The assessment as a sentence.'),
    inScope: z.boolean(),
    certificate: certificate
      .nullable()
      .describe(
        'The certificate of the Mac that matches the profile. If several match, it is the one that expires last.',
      ),
    matching: z.int().describe('Number of certificates in the inventory that match the profile.'),
    siblings: z
      .array(certificate)
      .describe('Other certificates that match the profile, latest expiry first; at most three.'),
    dueAt: instantOrNull,
    changesAt: instantOrNull.describe('When the state will change next if no new inventory arrives.'),
  })
  .meta({ id: 'Assessment' });

const facts = {
  instance: z.string(),
  id: z.string().describe('ID of the computer in Jamf Pro.'),
  serialNumber: z.string(),
  name: z.string(),
  username: z.string(),
  realName: z.string(),
  managed: z.boolean(),
  reportedAt: instantOrNull.describe('Time at which the Mac last reported inventory.'),
  lastContactAt: instantOrNull.describe(
    'Time at which the Mac was last in contact with Jamf Pro, webhooks included.',
  ),
  retiredAt: instantOrNull.describe(
    'When Recert found that the Mac was deleted from Jamf Pro; null when it exists.',
  ),
};

/** The fields that a list shows of each Mac. */
const computerSummary = z
  .object({
    ...facts,
    states: z
      .array(
        assessment.pick({ profile: true, state: true, dueAt: true }).extend({ expiresAt: instantOrNull }),
      )
      .describe('The state of the certificate for each watched profile.'),
  })
  .meta({ id: 'ComputerSummary' });

/**
 * Response of `GET /api/v1/computers`. A page may have fewer than `limit` Macs, even none, and still have a `next`
 * cursor.
 */
export const computerPage = z
  .object({ computers: z.array(computerSummary), next, unreadable })
  .meta({ id: 'ComputerPage' });

/** The fields of a redistribution that the response about a Mac includes. */
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
      .describe('Why the redistribution is blocked; set if and only if its state is blocked.'),
  })
  .meta({ id: 'RedistributionGlance' });

/** Whether a redistribution of the Mac can be requested for a profile now, and if not, why. */
const possible = z
  .object({ profile: z.string(), allowed: z.boolean(), sentence: z.string() })
  .meta({ id: 'Possible' });

/** Body of `POST /api/v1/computers/{id}/look`, which requests that Recert reads one Mac from Jamf Pro again. */
export const lookRequest = z.strictObject({ instance: instanceQuery }).meta({ id: 'LookRequest' });

/** Response of `POST /api/v1/computers/{id}/look`. It is sent before a worker reads the Mac. */
export const lookAnswer = z.object({ asked: z.literal(true) }).meta({ id: 'LookAnswer' });

/** Response of `GET /api/v1/computers/{id}`. */
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
    open: z.array(redistributionGlance).describe('Redistributions of the Mac that are still open.'),
    last: z
      .array(redistributionGlance)
      .describe('The latest redistribution for each watched profile, open or closed.'),
    redistribute: z
      .array(possible)
      .describe('For each watched profile, the result that a redistribution request would get now.'),
  })
  .meta({ id: 'Computer' });
