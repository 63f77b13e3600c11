import { z } from 'zod';
import { RULES, type RuleName } from '../../domain/audit/rules.js';
import { instant, instantOrNull } from '../common.js';

const ruleName = z.enum(Object.keys(RULES) as [RuleName, ...RuleName[]]);

/** A rule of the audit that a profile breaks. */
const auditFinding = z
  .object({
    rule: ruleName.describe('docs/profiles.md lists all rules.'),
    severity: z.enum(['error', 'warning']),
    said: z.string().describe('What is wrong: the evidence.'),
    why: z.string(),
    todo: z.string(),
    source: z.string().describe('The line from which the rule follows.'),
    computers: z
      .object({
        count: z.int(),
        listed: z
          .array(z.object({ id: z.string(), name: z.string(), serialNumber: z.string() }))
          .readonly()
          .describe('At most 500 of them.'),
      })
      .optional()
      .describe('The Macs that it is about; absent when it is about the profile.'),
  })
  .meta({ id: 'AuditFinding' });

const profile = z.object({
  instance: z.string(),
  id: z.string().describe('Id of the profile in Jamf Pro.'),
  profile: z
    .string()
    .describe("Name of the watched profile in the configuration; '' when it is not watched."),
  half: z.enum(['blue', 'green']).nullable().describe('null when it is not watched.'),
  title: z.string().describe("Name in Jamf Pro; '' until it was read."),
  auditedAt: instantOrNull,
  errors: z
    .int()
    .nullable()
    .describe('Findings that make issuing or renewing fail; null before the first audit.'),
  warnings: z.int().nullable(),
});

/** Profiles in Jamf: the halves of the watched ones, or all with a SCEP payload. */
export const profileList = z
  .object({
    profiles: z.array(profile.meta({ id: 'AuditedProfile' })),
    servers: z
      .array(
        z.object({
          instance: z.string(),
          auditedAt: instantOrNull.describe('When every profile of the server was last audited.'),
          profiles: z.int().nullable().describe('How many there were, with a SCEP payload or not.'),
          unread: z.int().nullable().describe('How many of them could not be read.'),
        }),
      )
      .describe('Audits of whole servers; `POST /api/v1/sweep` with `what: profiles` makes one.'),
  })
  .meta({ id: 'ProfileList' });

/** What the audit of one profile has shown. */
export const profileAudit = profile
  .extend({
    auditedAt: instant,
    findings: z.array(auditFinding).describe('Errors first.'),
    unseen: z.array(z.string()).describe('What could not be looked at, and why.'),
    computers: z
      .int()
      .nullable()
      .describe('Macs in scope whose subject was measured; null until a sweep has met the fleet.'),
    fieldAuditedAt: instantOrNull.describe('When the Macs and the CA were last asked.'),
    caExpiresAt: instantOrNull.describe('When the certificate of the CA ends.'),
  })
  .meta({ id: 'ProfileAudit' });
