import { z } from 'zod';
import { AUDIT_ACTIONS, AUDIT_OUTCOMES } from "../../contract/audit-actions.js";
import { type AuditEntry } from '../../store/audit/audit.js';
import { noBody, nothing } from '../http/check-request.js';
import { findInAudit } from '../../application/audit/find-entries.js';
import { defineRoute } from '../server/route.js';
import { auditPage } from '../../contract/resources/audit.js';
import { instanceQuery, paging } from '../../contract/common.js';
import { whichInstance } from '../../application/fleet/resolve-instance.js';

/** The audit trail. A viewer may read it: that everybody sees it is what makes it work. */
export const auditRoutes = [
  defineRoute({
    method: 'get',
    path: '/api/v1/audit',
    role: 'viewer',
    summary: 'What people did, newest first',
    description: 'A page may hold fewer than asked for, even none, and still have a `next`.',
    params: nothing,
    query: z.strictObject({
      instance: instanceQuery.describe('Only what was done on this Jamf Pro server.'),
      action: z.enum(AUDIT_ACTIONS).optional(),
      outcome: z.enum(AUDIT_OUTCOMES).optional(),
      text: z
        .string()
        .trim()
        .min(1)
        .max(100)
        .optional()
        .describe('Part of who, why, on what, or what came of it; letter case ignored.'),
      subject: z
        .string()
        .trim()
        .min(1)
        .max(1_000)
        .optional()
        .describe('Only what was about one of these, with commas: serial numbers, ids of redistributions.'),
      ...paging,
    }),
    body: noBody,
    answer: auditPage,
    statuses: [200],
    handle: async ({ query, who }, services) => {
      const { audit, config } = services;
      if (query.instance !== undefined) whichInstance(services, query.instance);
      const mayRead = ({ instance }: AuditEntry) =>
        who.instances === null || (instance !== null && instance in config.instances);
      return { body: await findInAudit(audit, query, mayRead) };
    },
  }),
];
