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
import { findComputers, SORTS } from '../../application/fleet/find-computers.js';
import { blockReason } from '../../contract/resources/redistribution.js';
import { whichInstance, whichProfiles } from '../../application/fleet/resolve-instance.js';

const part = z.string().trim().min(1).max(100).optional();

const listQuery = z.strictObject({
  instance: instanceQuery,
  id: computerId.optional(),
  serialNumber: part.describe('Exact serial number, letter case ignored.'),
  username: part.describe('Beginning of a word of the username, the real name or the email address.'),
  name: part.describe('Beginning of one of the first two words of the name of the Mac.'),
  text: part.describe('Id, beginning of the serial number, or as `name` or `username`.'),
  state: listedState
    .optional()
    .describe('Only Macs in this state; without `sort` the one whose state changes first at the top.'),
  unknown: unknownReason
    .optional()
    .describe('Only Macs of which nothing can be said for this reason; with the state unknown.'),
  expiresBefore: z.coerce
    .number()
    .int()
    .min(0)
    .max(1e14)
    .optional()
    .describe('Only Macs in scope whose certificate ends before this instant, milliseconds since 1970.'),
  blocked: blockReason
    .optional()
    .describe(
      'Only Macs whose redistribution is blocked for this reason. Goes with instance and profile alone.',
    ),
  sort: z
    .enum(SORTS)
    .optional()
    .describe(
      'contact: the Mac in contact last first, as without a filter. expiry: the certificate that ends first at the top, as with one; healthy ones in the order in which they become due. Goes with state, unknown and expiresBefore; what is looked for by a text comes in the order of that text.',
    ),
  profile: profileQuery,
  ...paging,
});

/** Finding a Mac, and everything that is known of it. */
export const computerRoutes = [
  defineRoute({
    method: 'get',
    path: '/api/v1/computers',
    role: 'viewer',
    summary: 'Find Macs',
    description:
      'Without a filter the Mac in contact last comes first. A page may hold fewer than asked for and still have a `next`.',
    params: nothing,
    query: listQuery,
    body: noBody,
    answer: computerPage,
    statuses: [200],
    handle: async ({ query: { instance: named, ...query } }, services) => {
      const instance = whichInstance(services, named);
      const watched = await whichProfiles(services, instance, query.profile);
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
    summary: 'Everything that is known of one Mac, and what would happen now',
    params: z.strictObject({ id: computerId }),
    query: z.strictObject({ instance: instanceQuery }),
    body: noBody,
    answer: computerDetail,
    statuses: [200],
    handle: async ({ params, query }, services) => {
      const instance = whichInstance(services, query.instance);
      const computer = await services.computers.get(instance, params.id);
      if (!computer)
        throw new Problem(
          'not-found',
          `No Mac with id ${params.id} is known on ${instance}. If it was enrolled just now, wait for its first inventory or ask for a sweep.`,
        );
      const watched = await whichProfiles(services, instance, undefined);
      return { body: await detailOf(instance, computer, watched, services) };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/api/v1/computers/{id}/look',
    role: 'operator',
    idempotent: true,
    acts: 'sweep',
    summary: 'Read one Mac from Jamf Pro again, now',
    description: 'It only reads, so it needs no reason. Several requests for one Mac are one look.',
    params: z.strictObject({ id: computerId }),
    query: nothing,
    body: lookRequest,
    answer: lookAnswer,
    statuses: [202],
    handle: async ({ params: { id }, body, who }, services) => {
      const instance = whichInstance(services, body.instance);
      const computer = await services.computers.get(instance, id);
      const act = {
        action: 'sweep' as const,
        instance,
        reason: '',
        computers: 1,
        subjects: [computer?.serialNumber || id],
      };
      await audited(services, who, act, async () => {
        const now = services.now();
        const wakeAt = await services.hints.add(instance, [id], { reason: 'manual', ripeAt: now });
        if (wakeAt !== null) await services.producers.wakeAssess(instance, wakeAt - now);
        return { value: null, outcome: 'done', result: 'Asked for a look at this Mac.' };
      });
      return { body: { asked: true as const } };
    },
  }),
];
