import { z } from 'zod';
import { AUDIT_ACTIONS, AUDIT_OUTCOMES } from '../../contract/audit-actions.js';
import { type AuditEntry } from '../../store/audit/audit.js';
import { noBody, nothing } from '../http/check-request.js';
import { findAuditEntries } from '../../application/audit/find-entries.js';
import { defineRoute } from '../server/route.js';
import { auditPage } from '../../contract/resources/audit.js';
import { instanceQuery, paging } from '../../contract/common.js';
import { resolveInstance } from '../../application/fleet/resolve-instance.js';

/** Route of the audit log. All roles can read it, because an audit log deters misuse only if every user can see it. */
export const auditRoutes = [
  defineRoute({
    method: 'get',
    path: '/api/v1/audit',
    role: 'viewer',
    summary: 'Audit log, newest first',
    description: 'A page may have fewer entries than `limit`, even none, and still have a `next` cursor.',
    params: nothing,
    query: z.strictObject({
      instance: instanceQuery.describe('Only actions on this Jamf Pro server.'),
      action: z.enum(AUDIT_ACTIONS).optional(),
      outcome: z.enum(AUDIT_OUTCOMES).optional(),
      text: z
        .string()
        .trim()
        .min(1)
        .max(100)
        .optional()
        .describe(
          'Text that occurs in the name of the user, the reason, the subjects or the result; case-insensitive.',
        ),
      subject: z
        .string()
        .trim()
        .min(1)
        .max(1_000)
        .optional()
        .describe(
          'Only actions on these subjects: serial numbers or redistribution IDs, separated by commas.',
        ),
      ...paging,
    }),
    body: noBody,
    answer: auditPage,
    statuses: [200],
    handle: async ({ query, who }, services) => {
      const { audit, config } = services;
      if (query.instance !== undefined) resolveInstance(services, query.instance);
      const mayRead = ({ instance }: AuditEntry) =>
        who.instances === null || (instance !== null && instance in config.instances);
      return { body: await findAuditEntries(audit, query, mayRead) };
    },
  }),
];
