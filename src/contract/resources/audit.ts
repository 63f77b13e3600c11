import { z } from 'zod';
import { AUDIT_ACTIONS, AUDIT_OUTCOMES } from '../audit-actions.js';
import { instant, next } from '../common.js';

/** One thing that a person did. */
const auditEntry = z
  .object({
    id: z.string(),
    at: instant,
    who: z.string(),
    role: z.string(),
    via: z.string().describe('How they proved who they are.'),
    action: z.enum(AUDIT_ACTIONS),
    instance: z.string().nullable().describe('The Jamf Pro server, null for all of them.'),
    reason: z.string(),
    computers: z.int().describe('On how many Macs.'),
    subjects: z.array(z.string()).describe('Which ones: serial numbers, or ids of redistributions.'),
    outcome: z.enum(AUDIT_OUTCOMES).describe('begun stays only when Recert was ended in the middle.'),
    result: z.string().describe('What came of it.'),
  })
  .meta({ id: 'AuditEntry' });

/** A page of the audit trail. */
export const auditPage = z.object({ entries: z.array(auditEntry), next }).meta({ id: 'AuditPage' });
