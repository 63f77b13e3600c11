import { z } from 'zod';
import type { Batch } from '../../store/batches/batches.js';
import { audited } from '../../application/audit/audited.js';
import { viewOf } from '../../application/redistribution/request/batch-view.js';
import { noBody, nothing } from '../http/check-request.js';
import { Problem } from '../../contract/problem.js';
import { defineRoute } from '../server/route.js';
import { instanceQuery, paging } from '../../contract/common.js';
import { batchCancelRequest, batchPage, batchView } from '../../contract/resources/redistribution.js';
import { refuseBadCursor } from '../../application/fleet/search.js';
import type { ApiServices } from '../server/services.js';
import { resolveInstance } from '../../application/fleet/resolve-instance.js';

const path = '/api/v1/batches';
const byId = z.strictObject({ id: z.string().min(1).max(64).describe('ID of the batch.') });

/** Routes for batches: list, progress and cancellation. POST redistributions creates a batch. */
export const batchRoutes = [
  defineRoute({
    method: 'get',
    path,
    role: 'viewer',
    summary: 'Batches, newest first',
    params: nothing,
    query: z.strictObject({ instance: instanceQuery, ...paging }),
    body: noBody,
    answer: batchPage,
    statuses: [200],
    handle: async ({ query: { instance: named, cursor, limit } }, services) => {
      const instance = resolveInstance(services, named);
      const page = await services.batches.page(instance, { cursor, limit }).catch(refuseBadCursor);
      const batches = await Promise.all(page.batches.map((batch) => viewOf(batch, services)));
      return { body: { batches, next: page.cursor } };
    },
  }),
  defineRoute({
    method: 'get',
    path: `${path}/{id}`,
    role: 'viewer',
    summary: 'One batch with its progress',
    params: byId,
    query: nothing,
    body: noBody,
    answer: batchView,
    statuses: [200],
    handle: async ({ params }, services) => ({
      body: await viewOf(await find(params.id, services), services),
    }),
  }),
  defineRoute({
    method: 'post',
    path: `${path}/{id}/cancel`,
    role: 'operator',
    idempotent: true,
    acts: 'cancel',
    summary: 'Cancel a batch',
    description:
      'Recert opens no more redistributions of the batch. Open redistributions of the batch are canceled as well, unless `opened` is false. Verified redistributions do not change.',
    params: byId,
    query: nothing,
    body: batchCancelRequest,
    answer: batchView,
    statuses: [202],
    handle: async ({ params, body, who }, services) => {
      const batch = await find(params.id, services);
      const { left, opened, ended } = await viewOf(batch, services);
      const computers = left + (body.opened ? opened - ended : 0);
      const act = {
        action: 'cancel' as const,
        instance: batch.instance,
        reason: body.reason,
        computers,
        subjects: [batch.id],
      };
      const stopped = await audited(services, who, act, async () => {
        if (left === 0 && opened === ended) throw new Problem('refused', 'This batch has already ended.');
        const request = { by: who.name, at: services.now(), ...body };
        const value = await services.batches.cancel(batch, request);
        if (value === null)
          throw new Problem('refused', 'Another user already requested the cancellation; it is in progress.');
        await services.producers.startBatch(batch.instance, batch.id);
        const rest = body.opened ? 'are canceled' : 'continue';
        return {
          value,
          outcome: 'done',
          result: `Batch stopped. Macs without a redistribution: ${left}. Opened redistributions ${rest}.`,
        };
      });
      return { body: await viewOf(stopped, services) };
    },
  }),
];

async function find(id: string, { config, batches }: ApiServices): Promise<Batch> {
  const found = await Promise.all(Object.keys(config.instances).map((instance) => batches.get(instance, id)));
  const batch = found.find((candidate) => candidate !== null);
  if (!batch) throw new Problem('not-found', `There is no batch with the ID ${id}.`);
  return batch;
}
