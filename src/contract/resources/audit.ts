import { z } from 'zod';
import { AUDIT_ACTIONS, AUDIT_OUTCOMES } from '../audit-actions.js';
import { instant, next } from '../common.js';

/** An entry of the audit log: one action of a user. */
const auditEntry = z
  .object({
    id: z.string(),
    at: instant,
    who: z.string(),
    role: z.string(),
    via: z.string().describe('Authentication method.'),
    action: z.enum(AUDIT_ACTIONS),
    instance: z.string().nullable().describe('The Jamf Pro server; null for all servers.'),
    reason: z.string(),
    computers: z.int().describe('Number of affected Macs.'),
    subjects: z
      .array(z.string())
      .describe('What the action affected: serial numbers, IDs of redistributions, or names.'),
    outcome: z
      .enum(AUDIT_OUTCOMES)
      .describe('begun: in progress, or Recert was stopped before the action completed.'),
    result: z.string().describe('Result of the action.'),
  })
  .meta({ id: 'AuditEntry' });

/** A page of the audit log. */
export const auditPage = z.object({ entries: z.array(auditEntry), next }).meta({ id: 'AuditPage' });
