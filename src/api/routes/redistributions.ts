import { z } from 'zod';
import type { KnownComputer } from '../../domain/known.js';
import type { Redistribution } from '../../domain/redistribution/record.js';
import { audited } from '../../application/audit/audited.js';
import { noBody, nothing } from '../http/check-request.js';
import { redistributionDetailOf, redistributionSummaryOf } from '../present/redistribution.js';
import { Problem } from '../../contract/problem.js';
import { cancelRedistribution } from '../../application/redistribution/request/cancel.js';
import { requestRedistributions } from '../../application/redistribution/request/request.js';
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
import { resolveInstance } from '../../application/fleet/resolve-instance.js';

const path = '/api/v1/redistributions';
const byId = z.strictObject({ id: z.string().min(1).max(64).describe('ID of the redistribution.') });

/** Routes for redistributions: list, details, request and cancellation. */
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
      reason: blockReason.optional().describe('Only redistributions that are blocked for this reason.'),
      batch: z.string().min(1).max(64).optional().describe('Only redistributions that this batch opened.'),
      ...paging,
    }),
    body: noBody,
    answer: redistributionPage,
    statuses: [200],
    handle: async ({ query }, services) => {
      const instance = resolveInstance(services, query.instance);
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
    summary: 'One redistribution with all attempts and its history',
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
    summary: 'Redistribute a profile to Macs',
    description:
      'List the Macs, or select them with `filter`. Each Mac is evaluated individually. Status 202: at least one Mac was accepted; `results` contains the result for each Mac. Status 409: no Mac was accepted; the problem contains the same `results`. For up to 100 listed Macs, the redistributions are opened before the response is sent. More Macs, or a filter, become a batch (`batch`), whose redistributions are opened in the background. A dry run returns status 200 with the Macs that would be accepted, the cost and the duration, and changes nothing.',
    params: nothing,
    query: nothing,
    body: redistributeRequest,
    answer: redistributeAnswer,
    statuses: [202, 200],
    handle: async ({ body, who }, services) => {
      const answer = await requestRedistributions(
        services,
        who,
        resolveInstance(services, body.instance),
        body,
      );
      return { status: body.dryRun ? 200 : 202, body: answer };
    },
  }),
  defineRoute({
    method: 'post',
    path: `${path}/{id}/cancel`,
    role: 'operator',
    idempotent: true,
    acts: 'cancel',
    summary: 'Cancel a redistribution',
    description:
      'The cancellation takes effect when the worker next processes the redistribution: nothing more is sent, and the group changes in Jamf Pro are reverted.',
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
        value: await cancelRedistribution(record, { by: who.name, reason: body.reason }, services),
        outcome: 'done',
        result: `Cancellation requested in state ${record.state}.`,
      }));
      return { body: redistributionDetailOf(cancelled, await computerOf(cancelled, services)) };
    },
  }),
];

async function find(id: string, { config, redistributions }: ApiServices): Promise<Redistribution> {
  const found = await Promise.all(
    Object.keys(config.instances).map((instance) => redistributions.read(instance, id)),
  );
  const record = found.find((candidate) => candidate !== null);
  if (!record)
    throw new Problem(
      'not-found',
      `There is no redistribution with the ID ${id}. \`recert redistributions list\` shows all redistributions.`,
    );
  return record;
}

async function computerOf(record: Redistribution, { computers }: ApiServices): Promise<KnownComputer | null> {
  return computers.get(record.instance, record.computerId);
}
