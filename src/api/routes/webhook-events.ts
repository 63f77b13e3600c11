import { z } from 'zod';
import {
  describeMissingBody,
  NotReplayable,
  missingBodyReason,
} from '../../application/webhooks/replayable.js';
import { audited } from '../../application/audit/audited.js';
import { describeAmbiguity, inUse } from '../../domain/mac-records.js';
import { noBody, nothing } from '../http/check-request.js';
import { type EventFilter, findEvents } from '../../application/webhooks/find-events.js';
import { Problem } from '../../contract/problem.js';
import {
  replayAll,
  findEvent,
  planReplay,
  type ReplayPlan,
  type ReplayTally,
} from '../../application/webhooks/replay-events.js';
import { defineRoute } from '../server/route.js';
import { instanceQuery } from '../../contract/common.js';
import {
  byEventId,
  eventDetail,
  eventPage,
  eventsQuery,
  replayAllAnswer,
  replayAllRequest,
  replayAnswer,
  replayRequest,
} from '../../contract/resources/webhook-events.js';
import type { ApiServices } from '../server/services.js';
import { resolveInstance } from '../../application/fleet/resolve-instance.js';

const path = '/api/v1/events';
const acting = {
  method: 'post',
  role: 'operator',
  idempotent: true,
  acts: 'replay',
  query: nothing,
} as const;

/** Routes for the log of received webhooks, and for replaying them. */
export const eventRoutes = [
  defineRoute({
    method: 'get',
    path,
    role: 'viewer',
    summary: 'Received webhooks, newest first',
    description:
      'Bodies are not included. A search for rare events may return a short or empty page that still has a `next` cursor; continue with that cursor.',
    params: nothing,
    query: eventsQuery,
    body: noBody,
    answer: eventPage,
    statuses: [200],
    handle: async ({ query }, services) => {
      const { cursor, limit } = query;
      const instance = resolveInstance(services, query.instance);
      const filter = await filterOf(services, instance, query);
      return { body: await findEvents(services.events, instance, filter, { before: cursor, limit }) };
    },
  }),
  defineRoute({
    method: 'get',
    path: `${path}/{id}`,
    role: 'viewer',
    summary: 'One webhook with its body, secrets hidden',
    params: byEventId,
    query: z.strictObject({ instance: instanceQuery }),
    body: noBody,
    answer: eventDetail,
    statuses: [200],
    handle: async ({ params, query }, services) => {
      const event = await findEvent(services, resolveInstance(services, query.instance), params.id);
      const why = missingBodyReason(event);
      return { body: { ...event, noBody: why, note: why && describeMissingBody(why, event) } };
    },
  }),
  defineRoute({
    ...acting,
    path: `${path}/replay`,
    summary: 'Replay all webhooks that match',
    description:
      'Duplicates and replays are skipped. First send a request with `dryRun`. Then send the same request without it, with `until` from the first response and its `replayable` as `most`, so that exactly the counted events are replayed.',
    params: nothing,
    body: replayAllRequest,
    answer: replayAllAnswer,
    statuses: [202, 200],
    handle: async ({ body, who }, services) => {
      const instance = resolveInstance(services, body.instance);
      const plan = await planReplay(services, instance, await filterOf(services, instance, body));
      if (body.dryRun) return { status: 200, body: answerOf(plan, null) };
      const act = {
        action: 'replay' as const,
        instance,
        reason: body.reason,
        computers: plan.computers,
        subjects: [describeFilter(plan)],
      };
      const tally = await audited(services, who, act, async () => {
        if (plan.replayable > body.most) throw tooMany(plan, body.most);
        const value = await replayAll(services, instance, plan);
        return { value, outcome: 'done', result: sentenceOf(value) };
      });
      return { body: answerOf(plan, tally) };
    },
  }),
  defineRoute({
    ...acting,
    path: `${path}/{id}/replay`,
    summary: 'Replay a webhook',
    description:
      'The event is processed like a new webhook, with the current rules, and never counts as a duplicate. The event log shows it as a replay. A replay never starts a hold (cool-down).',
    params: byEventId,
    body: replayRequest,
    answer: replayAnswer,
    statuses: [202],
    handle: async ({ params, body, who }, services) => {
      const instance = resolveInstance(services, body.instance);
      const event = await findEvent(services, instance, params.id);
      const act = {
        action: 'replay' as const,
        instance,
        reason: body.reason,
        computers: event.computerId === null ? 0 : 1,
        subjects: [event.id],
      };
      const admitted = await audited(services, who, act, async () => {
        const value = await services.replay(instance, event).catch(refuseNotReplayable);
        return { value, outcome: 'done', result: `${value.event} replayed: ${value.effect}.` };
      });
      return { body: { ...admitted, replayOf: event.id } };
    },
  }),
];

interface Asked extends Omit<EventFilter, 'computerId'> {
  computer?: string | undefined;
}

/**
 * Converts the query of a request to a filter of the event log. A serial number selects the computer ID of its Mac if
 * Recert knows the Mac. @throws Problem if several Macs have the serial number.
 */
async function filterOf(
  { computers, now }: ApiServices,
  instance: string,
  { event, computer, serialNumber, outcome, since, until }: Asked,
): Promise<EventFilter> {
  const records =
    serialNumber === undefined ? [] : await computers.listBySerialNumber(instance, serialNumber);
  const [known, ...others] = inUse(records, now());
  if (computer === undefined && known && others.length > 0)
    throw new Problem('invalid-request', describeAmbiguity(known.serialNumber, [known, ...others]));
  if (computer !== undefined && known && records.every(({ id }) => id !== computer))
    throw new Problem(
      'invalid-request',
      `The Mac with the serial number ${known.serialNumber} has the ID ${known.id}. Use only one of the two filters.`,
    );
  return { event, computerId: computer ?? known?.id, serialNumber, outcome, since, until };
}

function refuseNotReplayable(error: unknown): never {
  throw error instanceof NotReplayable ? new Problem('refused', error.message) : error;
}

function tooMany({ replayable }: ReplayPlan, most: number): Problem {
  return new Problem(
    'refused',
    `${replayable} events match, but "most" is ${most}. Nothing was replayed. Narrow the filter by time, event or Mac, or raise "most".`,
  );
}

function answerOf(plan: ReplayPlan, tally: ReplayTally | null): z.input<typeof replayAllAnswer> {
  const { filter, ...counts } = plan;
  return {
    dryRun: tally === null,
    until: filter.until,
    ...counts,
    ...(tally ?? { replayed: 0, notUnderstood: 0, effects: {} }),
  };
}

function sentenceOf({ replayed, effects, notUnderstood }: ReplayTally): string {
  const counts = Object.entries(effects).map(([effect, count]) => `${count} ${effect}`);
  return `${replayed} replayed (${counts.join(', ') || 'none'}), ${notUnderstood} not supported by this version.`;
}

function describeFilter({ filter }: ReplayPlan): string {
  return Object.entries(filter)
    .flatMap(([name, value]) =>
      value === undefined
        ? []
        : [`${name} ${typeof value === 'number' ? new Date(value).toISOString() : String(value)}`],
    )
    .join(', ');
}
