import { z } from 'zod';
import { RULES, type RuleName } from '../../domain/audit/rules.js';
import { instant, instantOrNull } from '../common.js';

const ruleName = z.enum(Object.keys(RULES) as [RuleName, ...RuleName[]]);

/** A rule of the profile check that a profile violates. */
const auditFinding = z
  .object({
    rule: ruleName.describe('The violated rule; docs/profiles.md lists all rules.'),
    severity: z.enum(['error', 'warning']),
    said: z.string().describe('What is wrong, with the evidence.'),
    why: z.string(),
    todo: z.string(),
    source: z.string().describe('Link to the documentation that the rule is based on.'),
    computers: z
      .object({
        count: z.int(),
        listed: z
          .array(z.object({ id: z.string(), name: z.string(), serialNumber: z.string() }))
          .readonly()
          .describe('IDs of affected Macs; at most 500.'),
      })
      .optional()
      .describe('The affected Macs; absent when the finding concerns the profile itself.'),
  })
  .meta({ id: 'AuditFinding' });

const profile = z.object({
  instance: z.string(),
  id: z.string().describe('ID of the profile in Jamf Pro.'),
  profile: z
    .string()
    .describe("Name of the watched profile in the configuration; '' when it is not watched."),
  half: z
    .enum(['blue', 'green'])
    .nullable()
    .describe(
      'Which of the two profiles of a watched profile this is; null when the profile is not watched, and when the watched profile has only one.',
    ),
  title: z.string().describe("Name of the profile in Jamf Pro; '' until the profile has been read."),
  auditedAt: instantOrNull,
  errors: z
    .int()
    .nullable()
    .describe(
      'Number of findings that make the issuing or the renewal of certificates fail; null before the first check.',
    ),
  warnings: z.int().nullable(),
  redistributeDays: z
    .number()
    .nullable()
    .describe(
      'Setting Redistribute Profile of Jamf Pro, in days before the expiry; null when the SCEP payload does not contain it, or the profile is not watched.',
    ),
});

/**
 * Response of `GET /api/v1/profiles`: the Jamf Pro profiles of all watched profiles (one or two each), or all Jamf Pro
 * profiles with a SCEP payload.
 */
export const profileList = z
  .object({
    profiles: z.array(profile.meta({ id: 'AuditedProfile' })),
    servers: z
      .array(
        z.object({
          instance: z.string(),
          auditedAt: instantOrNull.describe('When all profiles of the Jamf Pro server were last checked.'),
          profiles: z
            .int()
            .nullable()
            .describe(
              'Number of profiles on the Jamf Pro server at that time, with or without a SCEP payload.',
            ),
          unread: z.int().nullable().describe('Number of profiles that could not be read.'),
        }),
      )
      .describe(
        'Latest check of all profiles of each Jamf Pro server. `POST /api/v1/sweep` with `what: profiles` runs such a check.',
      ),
  })
  .meta({ id: 'ProfileList' });

/** Response of `GET /api/v1/profiles/{id}/audit`: the result of the profile check of one profile. */
export const profileAudit = profile
  .extend({
    auditedAt: instant,
    findings: z.array(auditFinding).describe('Findings of the profile check, errors first.'),
    unseen: z.array(z.string()).describe('What the profile check could not check, and why.'),
    computers: z
      .int()
      .nullable()
      .describe(
        'Number of Macs in scope whose certificate subject was checked; null until a sweep has read the fleet.',
      ),
    fieldAuditedAt: instantOrNull.describe('When the Macs and the CA were last checked.'),
    caExpiresAt: instantOrNull.describe('When the certificate of the CA expires.'),
  })
  .meta({ id: 'ProfileAudit' });
