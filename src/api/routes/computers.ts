import { z } from 'zod';
import { audited } from '../../application/audit/audited.js';
import { noBody, nothing } from '../http/check-request.js';
import { detailOf, summaryOf } from '../present/computer.js';
import { Problem } from '../../contract/problem.js';
import { defineRoute } from '../server/route.js';
import { computerId, instanceQuery, paging, profileQuery } from '../../contract/common.js';
import {
  computerDetail,
  computerPage,
  listedState,
  lookAnswer,
  lookRequest,
  unknownReason,
} from '../../contract/resources/computer.js';
import { requestAssessment } from '../../application/inventory/request-assessment.js';
import { findComputers, SORTS } from '../../application/fleet/find-computers.js';
import { blockReason } from '../../contract/resources/redistribution.js';
import { resolveInstance, resolveProfiles } from '../../application/fleet/resolve-instance.js';

const part = z.string().trim().min(1).max(100).optional();

const listQuery = z.strictObject({
  instance: instanceQuery,
  id: computerId.optional(),
  serialNumber: part.describe('Exact serial number, case-insensitive.'),
  username: part.describe('Start of a word in the user name, the real name or the email address.'),
  name: part.describe('Start of one of the first two words of the computer name.'),
  text: part.describe('Computer ID, start of the serial number, or text that `name` or `username` finds.'),
  state: listedState
    .optional()
    .describe(
      'Only Macs in this state. In the default order, the Mac whose state changes first comes first.',
    ),
  unknown: unknownReason
    .optional()
    .describe('Only Macs whose certificate status is unknown for this reason. Implies the state unknown.'),
  expiresBefore: z.coerce
    .number()
    .int()
    .min(0)
    .max(1e14)
    .optional()
    .describe('Only Macs in scope whose certificate expires before this time, in milliseconds since 1970.'),
  blocked: blockReason
    .optional()
    .describe(
      'Only Macs whose redistribution is blocked for this reason. Can be combined only with instance and profile.',
    ),
  sort: z
    .enum(SORTS)
    .optional()
    .describe(
      'contact: latest contact first (default without a filter). expiry: earliest expiry first (default with a filter); healthy Macs are in the order in which they become due. Can be combined with state, unknown and expiresBefore, but not with a search by text, name or username, because search results have a fixed order.',
    ),
  profile: profileQuery,
  ...paging,
});

/** Routes for Macs: search, details and refresh. */
export const computerRoutes = [
  defineRoute({
    method: 'get',
    path: '/api/v1/computers',
    role: 'viewer',
    summary: 'Find Macs',
    description:
      'Without a filter, the Mac with the latest contact comes first. A page may have fewer Macs than `limit` and still have a `next` cursor.',
    params: nothing,
    query: listQuery,
    body: noBody,
    answer: computerPage,
    statuses: [200],
    handle: async ({ query: { instance: named, ...query } }, services) => {
      const instance = resolveInstance(services, named);
      const watched = await resolveProfiles(services, instance, query.profile);
      const page = await findComputers(instance, query, services);
      const now = services.now();
      return {
        body: {
          computers: page.computers.map((computer) => summaryOf(instance, computer, watched, now)),
          next: page.cursor,
        },
      };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/api/v1/computers/{id}',
    role: 'viewer',
    summary:
      'One Mac with its certificate status, and the result that a redistribution request would get now',
    params: z.strictObject({ id: computerId }),
    query: z.strictObject({ instance: instanceQuery }),
    body: noBody,
    answer: computerDetail,
    statuses: [200],
    handle: async ({ params, query }, services) => {
      const instance = resolveInstance(services, query.instance);
      const computer = await services.computers.get(instance, params.id);
      if (!computer)
        throw new Problem(
          'not-found',
          `Recert knows no Mac with the ID ${params.id} on ${instance}. If the Mac has just enrolled, wait for its first inventory report or run a sweep.`,
        );
      const watched = await resolveProfiles(services, instance, undefined);
      return { body: await detailOf(instance, computer, watched, services) };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/api/v1/computers/{id}/look',
    role: 'operator',
    idempotent: true,
    acts: 'sweep',
    summary: 'Read one Mac from Jamf Pro again',
    description:
      'A worker reads the Mac from Jamf Pro and changes nothing, so no reason is required. Several requests for the same Mac are combined.',
    params: z.strictObject({ id: computerId }),
    query: nothing,
    body: lookRequest,
    answer: lookAnswer,
    statuses: [202],
    handle: async ({ params: { id }, body, who }, services) => {
      const instance = resolveInstance(services, body.instance);
      const computer = await services.computers.get(instance, id);
      const act = {
        action: 'sweep' as const,
        instance,
        reason: '',
        computers: 1,
        subjects: [computer?.serialNumber || id],
      };
      await audited(services, who, act, async () => {
        await requestAssessment(services, instance, [id], { reason: 'manual', ripeAt: services.now() });
        return {
          value: null,
          outcome: 'done',
          result: 'Requested that this Mac is read from Jamf Pro again.',
        };
      });
      return { body: { asked: true as const } };
    },
  }),
];
