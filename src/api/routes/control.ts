import type { z } from 'zod';
import { releaseUncharged } from '../../application/redistribution/release-uncharged.js';
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
import { acceptFalls } from '../../application/inventory/fleet-fall.js';
import { safetyLimitPolicyOf } from '../../domain/redistribution/safety-limits/policy.js';
import type { ApiServices } from '../server/services.js';
import { resolveInstance } from '../../application/fleet/resolve-instance.js';

const common = {
  method: 'post',
  role: 'operator',
  idempotent: true,
  params: nothing,
  query: nothing,
} as const;

type Switched = z.input<typeof pauseAnswer>['instances'][number];

/** Routes to pause and resume renewals and to run a sweep. */
export const controlRoutes = [
  defineRoute({
    ...common,
    path: '/api/v1/pause',
    acts: 'pause',
    summary: 'Pause renewals',
    description:
      'No new renewals are started until a user resumes renewals. Monitoring, reading from Jamf Pro and cleanup continue.',
    body: pauseRequest,
    answer: pauseAnswer,
    statuses: [200],
    handle: ({ body, who }, services) =>
      switched(services, { action: 'pause', done: 'paused', who, ...body }, async (instance) => {
        const before = await services.limits.paused(instance);
        const pause = before ?? { by: who.name, reason: body.reason, at: services.now() };
        if (!before) await services.limits.pause(instance, pause);
        return {
          instance,
          paused: pause,
          changed: before === null,
          breakersClosed: [],
          holdEnded: false,
          fallAccepted: false,
          wavesBegun: [],
        };
      }),
  }),
  defineRoute({
    ...common,
    path: '/api/v1/resume',
    acts: 'resume',
    summary: 'Resume renewals',
    description:
      'Ends the pause, closes any open circuit breaker, and confirms missing Macs, scopes without targets, and target groups without members. Renewals restart with the canary wave. With `endHold`, the cool-down ends, too.',
    body: resumeRequest,
    answer: pauseAnswer,
    statuses: [200],
    handle: ({ body, who }, services) =>
      switched(services, { action: 'resume', done: 'resumed', who, ...body }, async (instance) => {
        const ended = await services.limits.resume(instance);
        const { breakersClosed, wavesBegun } = await closeBreakers(services, instance, body.nextWave);
        const holdEnded = body.endHold && (await endHold(services, instance));
        const fallAccepted = await acceptFalls(services, instance);
        if (fallAccepted) await services.producers.requestSweep(instance, 'full');
        const changed =
          ended !== null || holdEnded || fallAccepted || breakersClosed.length + wavesBegun.length > 0;
        // The sweep wakes redistributions that the pause blocked, so they continue now instead of at their next
        // scheduled check.
        if (changed) await services.producers.requestSweep(instance, 'open');
        return { instance, paused: null, changed, breakersClosed, holdEnded, fallAccepted, wavesBegun };
      }),
  }),
  defineRoute({
    ...common,
    path: '/api/v1/sweep',
    acts: 'sweep',
    summary: 'Run a sweep now',
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
            result: `Sweep requested (${body.what}).`,
          };
        }),
      };
    },
  }),
];

/**
 * Closes the open circuit breakers of a Jamf Pro server. Macs whose attempt failed for a common cause then start first. With `nextWave`, also starts the next canary wave of the
 * profiles whose circuit breaker was not open.
 */
async function closeBreakers(
  services: ApiServices,
  instance: string,
  nextWave: boolean,
): Promise<Pick<Switched, 'breakersClosed' | 'wavesBegun'>> {
  const { config, limits, now } = services;
  const breakersClosed: string[] = [];
  const wavesBegun: string[] = [];
  for (const [profile, policy] of Object.entries(config.instances[instance]?.profiles ?? {})) {
    if ((await limits.closeBreaker(instance, profile, now())) !== null) {
      breakersClosed.push(profile);
      await releaseUncharged(services, instance, profile, policy);
    } else if (
      nextWave &&
      (await limits.releaseWave(instance, profile, safetyLimitPolicyOf(policy), now())) !== null
    )
      wavesBegun.push(profile);
  }
  return { breakersClosed, wavesBegun };
}

/**
 * Ends the cool-down (hold) of a Jamf Pro server, for redistributions and for assessments. Returns whether a cool-down
 * was in effect.
 */
async function endHold(services: ApiServices, instance: string): Promise<boolean> {
  const { config, limits, hints, now } = services;
  const held = await Promise.all(
    Object.entries(config.instances[instance]?.profiles ?? {}).map(async ([profile, policy]) => {
      const { hold } = await limits.safetyLimits(instance, profile, safetyLimitPolicyOf(policy), now());
      return hold !== null;
    }),
  );
  // The hold after JSSShutdown applies only to assessments. It ends with JSSStartup or after its timeout.
  const readsHeld = await hints.endHold(instance);
  if (held.includes(true)) await limits.endHold(instance);
  return readsHeld || held.includes(true);
}

/** Pauses or resumes each requested Jamf Pro server, and records the action in the audit log. */
async function switched(
  services: ApiServices,
  request: {
    action: 'pause' | 'resume';
    /** Past participle for the result text, `paused` or `resumed`. */
    done: string;
    who: Principal;
    instance?: string | undefined;
    reason: string;
  },
  change: (instance: string) => Promise<Switched>,
): Promise<{ body: z.input<typeof pauseAnswer> }> {
  const { action, done, who, reason } = request;
  const instances = chosen(services, request.instance);
  const act = { ...actOn(instances, request.instance), action, reason };
  const value = await audited(services, who, act, async () => {
    const results: Switched[] = [];
    for (const instance of instances) results.push(await change(instance));
    return { value: results, outcome: 'done', result: changedSentence(results, done) };
  });
  return { body: { instances: value } };
}

/** Returns the audit log fields of an action on entire Jamf Pro servers. */
function actOn(instances: readonly string[], named: string | undefined) {
  return { instance: named ?? null, computers: 0, subjects: [...instances] };
}

function chosen(services: ApiServices, named: string | undefined): string[] {
  return named === undefined ? Object.keys(services.config.instances) : [resolveInstance(services, named)];
}

function changedSentence(results: readonly Switched[], done: string): string {
  const changed = results.filter((result) => result.changed).map(({ instance }) => instance);
  return changed.length === 0
    ? `Renewals were already ${done}; nothing changed.`
    : `${changed.join(', ')} ${done}.`;
}
