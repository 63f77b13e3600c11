import { audited } from '../audited.js';
import { nothing } from '../check.js';
import { defineRoute } from '../route.js';
import { pauseAnswer, pauseRequest, sweepAnswer, sweepRequest } from '../schemas/control.js';
import type { ApiServices } from '../services.js';
import { whichInstance } from '../which.js';

/** The kill switch and the sweep. */
export const controlRoutes = [
  defineRoute({
    method: 'post',
    path: '/api/v1/pause',
    role: 'operator',
    idempotent: true,
    summary: 'Stop writing to Jamf',
    description: 'Nothing new is sent until somebody resumes. Watching, reading and cleaning up go on.',
    params: nothing,
    query: nothing,
    body: pauseRequest,
    answer: pauseAnswer,
    statuses: [200],
    handle: async ({ body, who }, services) => {
      const instances = chosen(services, body.instance);
      const act = {
        action: 'pause' as const,
        instance: body.instance ?? null,
        reason: body.reason,
        computers: 0,
        subjects: instances,
      };
      const value = await audited(services, who, act, async () => {
        const results = [];
        for (const instance of instances) {
          const before = await services.limits.paused(instance);
          const pause = before ?? { by: who.name, reason: body.reason, at: services.now() };
          if (!before) await services.limits.pause(instance, pause);
          results.push({ instance, paused: pause, changed: before === null });
        }
        return { value: results, outcome: 'done', result: changedSentence(results, 'paused') };
      });
      return { body: { instances: value } };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/api/v1/resume',
    role: 'operator',
    idempotent: true,
    summary: 'Go on writing to Jamf',
    params: nothing,
    query: nothing,
    body: pauseRequest,
    answer: pauseAnswer,
    statuses: [200],
    handle: async ({ body, who }, services) => {
      const instances = chosen(services, body.instance);
      const act = {
        action: 'resume' as const,
        instance: body.instance ?? null,
        reason: body.reason,
        computers: 0,
        subjects: instances,
      };
      const value = await audited(services, who, act, async () => {
        const results = [];
        for (const instance of instances) {
          const ended = await services.limits.resume(instance);
          // What waited because of the pause looks again now, not when it would have anyway.
          if (ended) await services.producers.requestSweep(instance, 'open');
          results.push({ instance, paused: null, changed: ended !== null });
        }
        return { value: results, outcome: 'done', result: changedSentence(results, 'resumed') };
      });
      return { body: { instances: value } };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/api/v1/sweep',
    role: 'operator',
    idempotent: true,
    summary: 'Look for what no webhook told, now',
    params: nothing,
    query: nothing,
    body: sweepRequest,
    answer: sweepAnswer,
    statuses: [202],
    handle: async ({ body, who }, services) => {
      const instances = chosen(services, body.instance);
      const act = {
        action: 'sweep' as const,
        instance: body.instance ?? null,
        reason: '',
        computers: 0,
        subjects: instances,
      };
      return {
        body: await audited(services, who, act, async () => {
          for (const instance of instances) await services.producers.requestSweep(instance, body.what);
          return {
            value: { instances, what: body.what },
            outcome: 'done',
            result: `Asked for a sweep (${body.what}).`,
          };
        }),
      };
    },
  }),
];

function chosen(services: ApiServices, named: string | undefined): string[] {
  return named === undefined ? Object.keys(services.config.instances) : [whichInstance(services, named)];
}

function changedSentence(results: readonly { instance: string; changed: boolean }[], done: string): string {
  const changed = results.filter((result) => result.changed).map(({ instance }) => instance);
  return changed.length === 0 ? `It was ${done} before.` : `${changed.join(', ')} ${done}.`;
}
