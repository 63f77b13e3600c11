import type { z } from 'zod';
import { audited } from '../../application/audit/audited.js';
import { nothing } from '../http/check-request.js';
import type { Principal } from '../../contract/roles.js';
import { defineRoute } from '../server/route.js';
import {
  pauseAnswer,
  pauseRequest,
  resumeRequest,
  sweepAnswer,
  sweepRequest,
} from '../../contract/resources/control.js';
import { railPolicyOf } from "../../domain/redistribution/safety-limits/policy.js";
import type { ApiServices } from '../server/services.js';
import { whichInstance } from '../../application/fleet/resolve-instance.js';

const common = {
  method: 'post',
  role: 'operator',
  idempotent: true,
  params: nothing,
  query: nothing,
} as const;

type Switched = z.input<typeof pauseAnswer>['instances'][number];

/** The kill switch and the sweep. */
export const controlRoutes = [
  defineRoute({
    ...common,
    path: '/api/v1/pause',
    acts: 'pause',
    summary: 'Stop writing to Jamf',
    description: 'Nothing new is sent until somebody resumes. Watching, reading and cleaning up go on.',
    body: pauseRequest,
    answer: pauseAnswer,
    statuses: [200],
    handle: ({ body, who }, services) =>
      switched(services, { action: 'pause', done: 'paused', who, ...body }, async (instance) => {
        const before = await services.limits.paused(instance);
        const pause = before ?? { by: who.name, reason: body.reason, at: services.now() };
        if (!before) await services.limits.pause(instance, pause);
        return { instance, paused: pause, changed: before === null, breakersClosed: [], wavesBegun: [] };
      }),
  }),
  defineRoute({
    ...common,
    path: '/api/v1/resume',
    acts: 'resume',
    summary: 'Go on writing to Jamf',
    description:
      'Ends a pause, and closes the breakers that are open: triggering begins again with the canary.',
    body: resumeRequest,
    answer: pauseAnswer,
    statuses: [200],
    handle: ({ body, who }, services) =>
      switched(services, { action: 'resume', done: 'resumed', who, ...body }, async (instance) => {
        const ended = await services.limits.resume(instance);
        const { breakersClosed, wavesBegun } = await freed(services, instance, body.nextWave);
        const changed = ended !== null || breakersClosed.length + wavesBegun.length > 0;
        // What waited because of the pause looks again now, not when it would have anyway.
        if (changed) await services.producers.requestSweep(instance, 'open');
        return { instance, paused: null, changed, breakersClosed, wavesBegun };
      }),
  }),
  defineRoute({
    ...common,
    path: '/api/v1/sweep',
    acts: 'sweep',
    summary: 'Look for what no webhook told, now',
    body: sweepRequest,
    answer: sweepAnswer,
    statuses: [202],
    handle: async ({ body, who }, services) => {
      const instances = chosen(services, body.instance);
      const act = { ...actOn(instances, body.instance), action: 'sweep' as const, reason: '' };
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

/** Closes what is open, and lets the next wave begin when that is wanted. */
async function freed(
  { config, limits, now }: ApiServices,
  instance: string,
  nextWave: boolean,
): Promise<Pick<Switched, 'breakersClosed' | 'wavesBegun'>> {
  const breakersClosed: string[] = [];
  const wavesBegun: string[] = [];
  for (const [profile, policy] of Object.entries(config.instances[instance]?.profiles ?? {})) {
    if ((await limits.closeBreaker(instance, profile, now())) !== null) breakersClosed.push(profile);
    else if (nextWave && (await limits.releaseWave(instance, profile, railPolicyOf(policy), now())) !== null)
      wavesBegun.push(profile);
  }
  return { breakersClosed, wavesBegun };
}

/** Turns a switch of each chosen instance, on record. */
async function switched(
  services: ApiServices,
  asked: {
    action: 'pause' | 'resume';
    /** What is said of an instance afterwards. */
    done: string;
    who: Principal;
    instance?: string | undefined;
    reason: string;
  },
  turn: (instance: string) => Promise<Switched>,
): Promise<{ body: z.input<typeof pauseAnswer> }> {
  const { action, done, who, reason } = asked;
  const instances = chosen(services, asked.instance);
  const act = { ...actOn(instances, asked.instance), action, reason };
  const value = await audited(services, who, act, async () => {
    const results: Switched[] = [];
    for (const instance of instances) results.push(await turn(instance));
    return { value: results, outcome: 'done', result: changedSentence(results, done) };
  });
  return { body: { instances: value } };
}

/** What the audit trail keeps of an act on whole instances. */
function actOn(instances: readonly string[], named: string | undefined) {
  return { instance: named ?? null, computers: 0, subjects: [...instances] };
}

function chosen(services: ApiServices, named: string | undefined): string[] {
  return named === undefined ? Object.keys(services.config.instances) : [whichInstance(services, named)];
}

function changedSentence(results: readonly Switched[], done: string): string {
  const changed = results.filter((result) => result.changed).map(({ instance }) => instance);
  return changed.length === 0 ? `It was ${done} before.` : `${changed.join(', ')} ${done}.`;
}
