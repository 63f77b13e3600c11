import { z } from 'zod';
import { RULES, type RuleName } from '../../domain/audit/rules.js';
import { instant, instantOrNull } from '../common.js';

const ruleName = z.enum(Object.keys(RULES) as [RuleName, ...RuleName[]]);

/** A finding of the profile check: a rule that a profile violates. */
const auditFinding = z
  .object({
    rule: ruleName.describe('The violated rule; docs/profiles.md lists all rules.'),
    severity: z.enum(['error', 'warning']),
    said: z.string().describe('What is wrong, with the evidence.'),
    why: z.string(),
    todo: z.string(),
    source: z.string().describe('The documentation that the rule is based on.'),
    computers: z
      .object({
        count: z.int(),
        listed: z
          .array(z.object({ id: z.string(), name: z.string(), serialNumber: z.string() }))
          .readonly()
          .describe('At most 500 Macs.'),
      })
      .optional()
      .describe('The affected Macs; absent when the finding is about the profile.'),
  })
  .meta({ id: 'AuditFinding' });

const profile = z.object({
  instance: z.string(),
  id: z.string().describe('ID of the profile in Jamf Pro.'),
  profile: z
    .string()
    .describe("Name of the watched profile in the configuration; '' when it is not watched."),
  half: z.enum(['blue', 'green']).nullable().describe('Null when the profile is not watched.'),
  title: z.string().describe("Name in Jamf Pro; '' until the profile has been read."),
  auditedAt: instantOrNull,
  errors: z
    .int()
    .nullable()
    .describe('Number of findings that make issuing or renewing fail; null before the first check.'),
  warnings: z.int().nullable(),
});

/** Profiles in Jamf Pro: the two profiles of each watched profile, or all profiles with a SCEP payload. */
export const profileList = z
  .object({
    profiles: z.array(profile.meta({ id: 'AuditedProfile' })),
    servers: z
      .array(
        z.object({
          instance: z.string(),
          auditedAt: instantOrNull.describe('When all profiles of the server were last checked.'),
          profiles: z
            .int()
            .nullable()
            .describe('Number of profiles at that time, with or without a SCEP payload.'),
          unread: z.int().nullable().describe('Number of profiles that could not be read.'),
        }),
      )
      .describe('Profile checks of entire servers. `POST /api/v1/sweep` with `what: profiles` runs one.'),
  })
  .meta({ id: 'ProfileList' });

/** The result of the profile check of one profile. */
export const profileAudit = profile
  .extend({
    auditedAt: instant,
    findings: z.array(auditFinding).describe('Findings, errors first.'),
    unseen: z.array(z.string()).describe('What could not be checked, and why.'),
    computers: z
      .int()
      .nullable()
      .describe('Number of Macs in scope whose subject was checked; null until a sweep has read the fleet.'),
    fieldAuditedAt: instantOrNull.describe('When the Macs and the CA were last checked.'),
    caExpiresAt: instantOrNull.describe('When the CA certificate expires.'),
  })
  .meta({ id: 'ProfileAudit' });
