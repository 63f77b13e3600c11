import { z } from 'zod';
import { AUDIT_ACTIONS, AUDIT_OUTCOMES } from '../audit-actions.js';
import { instant, next, unreadable } from '../common.js';

/** One action of a user, with its reason and its result. */
const auditEntry = z
  .object({
    id: z.string(),
    at: instant,
    who: z.string(),
    role: z.string(),
    via: z.string().describe('Authentication method.'),
    action: z.enum(AUDIT_ACTIONS),
    instance: z
      .string()
      .nullable()
      .describe('The Jamf Pro server on which the user acted; null for all servers.'),
    reason: z.string(),
    computers: z.int().describe('Number of Macs that the action affected.'),
    subjects: z
      .array(z.string())
      .describe('What the action affected: serial numbers, IDs of redistributions, or names.'),
    outcome: z
      .enum(AUDIT_OUTCOMES)
      .describe('begun: the action is in progress, or Recert was stopped before the action completed.'),
    result: z.string().describe('Result of the action, as text.'),
  })
  .meta({ id: 'AuditEntry' });

/** Response of `GET /api/v1/audit`. */
export const auditPage = z
  .object({ entries: z.array(auditEntry), next, unreadable })
  .meta({ id: 'AuditPage' });
