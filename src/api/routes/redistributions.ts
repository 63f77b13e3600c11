import { z } from 'zod';
import type { KnownComputer } from '../../domain/known.js';
import { requestCancel } from '../../domain/redistribution/request.js';
import type { Redistribution } from '../../domain/redistribution/record.js';
import { audited } from '../audited.js';
import { noBody, nothing } from '../check.js';
import { redistributionDetailOf, redistributionSummaryOf } from '../present/redistribution.js';
import { Problem } from '../problem.js';
import { judgeAll } from '../redistribute.js';
import { defineRoute } from '../route.js';
import { computerId, instanceQuery, paging, profileQuery } from '../schemas/common.js';
import {
  cancelRequest,
  redistributeAnswer,
  redistributeRequest,
  redistributionDetail,
  redistributionPage,
  redistributionState,
} from '../schemas/redistribution.js';
import { refuseBadCursor } from '../search.js';
import type { ApiServices } from '../services.js';
import { whichInstance } from '../which.js';

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
      ...paging,
    }),
    body: noBody,
    answer: redistributionPage,
    statuses: [200],
    handle: async ({ query }, services) => {
      const instance = whichInstance(services, query.instance);
      const { state, profile, cursor, limit } = query;
      const page = await services.redistributions
        .page(instance, { state, profile, computerId: query.computerId, cursor, limit })
        .catch(refuseBadCursor);
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
      'Each Mac is judged by itself; with 202 at least one was accepted, and `results` says what became of each. When none was, it is a 409 with the same `results`. A dry run answers 200 and changes nothing.',
    params: nothing,
    query: nothing,
    body: redistributeRequest,
    answer: redistributeAnswer,
    statuses: [202, 200],
    handle: async ({ body, who }, services) => {
      const instance = whichInstance(services, body.instance);
      const candidates = await judgeAll(services, who, instance, body);
      if (body.dryRun)
        return {
          status: 200,
          body: answerOf(
            true,
            candidates.map(({ result }) => result),
          ),
        };
      const act = {
        action: 'redistribute' as const,
        instance,
        reason: body.reason,
        computers: body.computers.length,
        subjects: candidates.map(({ result: { computer } }) => computer.serialNumber ?? computer.id ?? '?'),
      };
      const answer = await audited(services, who, act, async () => {
        const results = [];
        for (const { open, result } of candidates) results.push(open ? await open() : result);
        const value = answerOf(false, results);
        if (value.accepted === 0) throw noneAccepted(results);
        return {
          value,
          outcome: 'done',
          result: `${value.accepted} opened, ${value.refused} refused: ${results.map(({ redistributionId, reason }) => redistributionId ?? reason).join(', ')}`,
        };
      });
      return { body: answer };
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

/** The worker may step it at the same moment: then what it stored is read and the wish is put on that. */
async function cancel(
  record: Redistribution,
  { by, reason }: { by: string; reason: string },
  { redistributions, producers, now }: ApiServices,
): Promise<Redistribution> {
  let current: Redistribution | null = record;
  for (let tries = 0; current !== null && tries < 10; tries += 1) {
    if (current.closedAt !== null)
      throw new Problem(
        'refused',
        `This redistribution is over: it ended ${current.state}. There is nothing to stop.`,
      );
    if (current.cancelRequest !== null)
      throw new Problem(
        'refused',
        `${current.cancelRequest.by} has asked for this already (${current.cancelRequest.reason}); it is on its way.`,
      );
    const stored = await redistributions.compareAndSet(
      current,
      requestCancel(current, { by, reason, at: now() }),
    );
    if (stored) {
      await redistributions.noteNews(stored.instance, stored.id);
      await producers.promoteRedistribution(stored.instance, stored.id);
      return stored;
    }
    current = await redistributions.read(record.instance, record.id);
  }
  throw new Problem('still-running', 'It is changing all the time just now. Ask again in a few seconds.');
}

type Results = z.input<typeof redistributeAnswer>['results'];

function answerOf(dryRun: boolean, results: Results): z.input<typeof redistributeAnswer> {
  const refused = results.filter(({ outcome }) => outcome === 'refused').length;
  return { dryRun, accepted: results.length - refused, refused, results };
}

function noneAccepted(results: Results): Problem {
  const [first] = results;
  const detail =
    results.length === 1 && first
      ? `${first.computer.serialNumber ?? `computer ${first.computer.id ?? ''}`}: ${first.sentence}`
      : `None of the ${results.length} Macs can be redistributed now; "results" says why for each. The first: ${first?.sentence ?? ''}`;
  return new Problem('refused', detail, { results });
}
