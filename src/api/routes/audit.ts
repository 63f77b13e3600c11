import { z } from 'zod';
import type { AuditEntry } from '../../store/audit.js';
import { noBody, nothing } from '../check.js';
import { defineRoute } from '../route.js';
import { auditPage } from '../schemas/audit.js';
import { paging } from '../schemas/common.js';

/** The audit trail. A viewer may read it: that everybody sees it is what makes it work. */
export const auditRoutes = [
  defineRoute({
    method: 'get',
    path: '/api/v1/audit',
    role: 'viewer',
    summary: 'What people did, newest first',
    params: nothing,
    query: z.strictObject(paging),
    body: noBody,
    answer: auditPage,
    statuses: [200],
    handle: async ({ query, who }, { audit, config }) => {
      const { entries, next } = await audit.page({ before: query.cursor, limit: query.limit });
      const mayRead = ({ instance }: AuditEntry) =>
        who.instances === null || (instance !== null && instance in config.instances);
      return { body: { entries: entries.filter(mayRead), next } };
    },
  }),
];
