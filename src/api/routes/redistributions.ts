import { z } from 'zod';
import type { KnownComputer } from '../../domain/known.js';
import type { Redistribution } from '../../domain/redistribution/record.js';
import { audited } from '../../application/audit/audited.js';
import { noBody, nothing } from '../http/check-request.js';
import { redistributionDetailOf, redistributionSummaryOf } from '../present/redistribution.js';
import { Problem } from '../../contract/problem.js';
import { cancel } from '../../application/redistribution/request/cancel.js';
import { redistribute } from '../../application/redistribution/request/request.js';
import { defineRoute } from '../server/route.js';
import { computerId, instanceQuery, paging, profileQuery } from '../../contract/common.js';
import {
  cancelRequest,
  redistributeAnswer,
  redistributeRequest,
  redistributionDetail,
  redistributionPage,
  redistributionState,
  blockReason,
} from '../../contract/resources/redistribution.js';
import { refuseBadCursor } from '../../application/fleet/search.js';
import type { ApiServices } from '../server/services.js';
import { whichInstance } from '../../application/fleet/resolve-instance.js';

const path = '/api/v1/redistributions';
const byId = z.strictObject({ id: z.string().min(1).max(64).describe('Id of the redistribution.') });

/** Looking at redistributions, asking for them, and stopping one. */
export const redistributionRoutes = [
  defineRoute({
    method: 'get',
    path,
    role: 'viewer',
    summary: 'Redistributions, newest first',
    params: nothing,
    query: z.strictObject({
      instance: instanceQuery,
      state: redistributionState.optional(),
      profile: profileQuery,
      computerId: computerId.optional(),
      reason: blockReason.optional().describe('Only what is blocked for this reason.'),
      batch: z.string().min(1).max(64).optional().describe('Only what this request for many opened.'),
      ...paging,
    }),
    body: noBody,
    answer: redistributionPage,
    statuses: [200],
    handle: async ({ query }, services) => {
      const instance = whichInstance(services, query.instance);
      const { instance: _named, ...wanted } = query;
      const page = await services.redistributions.page(instance, wanted).catch(refuseBadCursor);
      const ids = page.redistributions.map((record) => record.computerId);
      const computers = ids.length === 0 ? [] : await services.computers.getMany(instance, ids);
      return {
        body: {
          redistributions: page.redistributions.map((record, index) =>
            redistributionSummaryOf(record, computers[index] ?? null),
          ),
          next: page.cursor,
        },
      };
    },
  }),
  defineRoute({
    method: 'get',
    path: `${path}/{id}`,
    role: 'viewer',
    summary: 'One redistribution with everything that was seen and done',
    params: byId,
    query: nothing,
    body: noBody,
    answer: redistributionDetail,
    statuses: [200],
    handle: async ({ params }, services) => {
      const record = await find(params.id, services);
      return { body: redistributionDetailOf(record, await computerOf(record, services)) };
    },
  }),
  defineRoute({
    method: 'post',
    path,
    role: 'operator',
    idempotent: true,
    acts: 'redistribute',
    summary: 'Have a profile redistributed to some Macs',
    description:
      'Name the Macs, or say which with `filter`. Each Mac is judged by itself; with 202 at least one was accepted, and `results` says what became of each. When none was, it is a 409 with the same `results`. Up to 100 named Macs are opened before the answer; more, or a filter, become a request for many (`batch`), whose Macs are opened in the background. A dry run answers 200 with who would be taken on, what it costs and how long it takes, and changes nothing.',
    params: nothing,
    query: nothing,
    body: redistributeRequest,
    answer: redistributeAnswer,
    statuses: [202, 200],
    handle: async ({ body, who }, services) => {
      const answer = await redistribute(services, who, whichInstance(services, body.instance), body);
      return { status: body.dryRun ? 200 : 202, body: answer };
    },
  }),
  defineRoute({
    method: 'post',
    path: `${path}/{id}/cancel`,
    role: 'operator',
    idempotent: true,
    acts: 'cancel',
    summary: 'Stop a redistribution',
    description: 'Its next step heeds it: nothing more is sent, and the groups in Jamf are put back.',
    params: byId,
    query: nothing,
    body: cancelRequest,
    answer: redistributionDetail,
    statuses: [202],
    handle: async ({ params, body, who }, services) => {
      const record = await find(params.id, services);
      const act = {
        action: 'cancel' as const,
        instance: record.instance,
        reason: body.reason,
        computers: 1,
        subjects: [record.id],
      };
      const cancelled = await audited(services, who, act, async () => ({
        value: await cancel(record, { by: who.name, reason: body.reason }, services),
        outcome: 'done',
        result: `Asked to stop while ${record.state}.`,
      }));
      return { body: redistributionDetailOf(cancelled, await computerOf(cancelled, services)) };
    },
  }),
];

async function find(id: string, { config, redistributions }: ApiServices): Promise<Redistribution> {
  const found = await Promise.all(
    Object.keys(config.instances).map((instance) => redistributions.read(instance, id)),
  );
  const record = found.find((one) => one !== null);
  if (!record)
    throw new Problem(
      'not-found',
      `There is no redistribution ${id}. \`recert redistributions list\` shows those there are.`,
    );
  return record;
}

async function computerOf(record: Redistribution, { computers }: ApiServices): Promise<KnownComputer | null> {
  return computers.get(record.instance, record.computerId);
}
