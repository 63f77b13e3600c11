import { z } from 'zod';
import { instanceQuery, instant, instantOrNull, next } from '../common.js';

/** The certificate status of a Mac in scope. */
const assessmentState = z.enum(['healthy', 'due', 'overdue', 'expired', 'unknown']);

/** The states by which the Macs of a watched profile are counted and listed. */
export const listedState = z.enum([...assessmentState.options, 'out-of-scope']);

/** Why the certificate status of a Mac is unknown. */
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
    unknown: unknownReason.nullable().describe('Why the status is unknown; null when it is known.'),
    sentence: z.string().describe('The assessment as a sentence.'),
    inScope: z.boolean(),
    certificate: certificate.nullable().describe('The matching certificate with the latest expiry.'),
    matching: z.int().describe('Number of matching certificates in the inventory.'),
    siblings: z
      .array(certificate)
      .describe('Other matching certificates, latest expiry first; at most three.'),
    dueAt: instantOrNull,
    changesAt: instantOrNull.describe('When the state changes next without new inventory.'),
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
  reportedAt: instantOrNull.describe('Time of the last inventory report.'),
  lastContactAt: instantOrNull.describe('Time of the last contact, including webhooks.'),
  retiredAt: instantOrNull.describe('When the Mac was found deleted from Jamf Pro.'),
};

/** A Mac in a list. */
const computerSummary = z
  .object({
    ...facts,
    states: z
      .array(
        assessment.pick({ profile: true, state: true, dueAt: true }).extend({ expiresAt: instantOrNull }),
      )
      .describe('The state for each watched profile.'),
  })
  .meta({ id: 'ComputerSummary' });

/** A page of Macs. It may hold fewer than `limit` items, even none, and still have a `next`. */
export const computerPage = z
  .object({ computers: z.array(computerSummary), next })
  .meta({ id: 'ComputerPage' });

/** A redistribution as part of a Mac. */
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
      .describe('Why it is blocked; set if and only if the state is blocked.'),
  })
  .meta({ id: 'RedistributionGlance' });

/** Whether a redistribution of the Mac can be requested for a profile now, and why not. */
const possible = z
  .object({ profile: z.string(), allowed: z.boolean(), sentence: z.string() })
  .meta({ id: 'Possible' });

/** Request to read one Mac from Jamf Pro again. */
export const lookRequest = z.strictObject({ instance: instanceQuery }).meta({ id: 'LookRequest' });

/** Confirmation: a worker will read the Mac soon. */
export const lookAnswer = z.object({ asked: z.literal(true) }).meta({ id: 'LookAnswer' });

/** All data of one Mac. */
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
    open: z.array(redistributionGlance).describe('Open redistributions.'),
    last: z
      .array(redistributionGlance)
      .describe('The latest redistribution for each watched profile, open or closed.'),
    redistribute: z
      .array(possible)
      .describe('For each watched profile, the result that a redistribution request would get now.'),
  })
  .meta({ id: 'Computer' });
