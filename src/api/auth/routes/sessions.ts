import { z } from 'zod';
import { SESSION_KINDS, type SessionKind } from '../../../store/access/sessions.js';
import { audited } from '../../../application/audit/audited.js';
import { noBody, nothing } from '../../http/check-request.js';
import type { CookieChange } from '../../http/cookies.js';
import { Problem } from '../../../contract/problem.js';
import { allows, type Principal } from '../../../contract/roles.js';
import { sessionsEnded } from '../../../contract/resources/session.js';
import { defineRoute } from '../../server/route.js';
import type { RequestSender } from '../../http/sender.js';
import type { ApiServices } from '../../server/services.js';
import { requireAllInstances } from './tokens.js';
import { providerSignOut } from './session.js';

/** The route that signs a user out everywhere. */
export const sessionsRoutes = [
  defineRoute({
    method: 'delete',
    path: '/api/v1/sessions',
    role: 'viewer',
    acts: 'sign-out-all',
    summary: 'Sign out everywhere',
    description:
      'Ends all sessions of a user in all browsers immediately. Without `user`, these are the sessions of the signed-in user. Only an admin can end the sessions of another user. API tokens remain valid.',
    params: nothing,
    query: z.strictObject({
      user: z
        .string()
        .min(1)
        .max(200)
        .optional()
        .describe('Name of the user, as in the audit log. Default: the signed-in user.'),
    }),
    body: noBody,
    answer: sessionsEnded,
    statuses: [200],
    handle: async ({ query, sender, who }, services) => {
      const user = query.user ?? who.name;
      const isOther = query.user !== undefined && user !== who.name;
      const act = {
        action: 'sign-out-all' as const,
        instance: null,
        reason: '',
        computers: 0,
        subjects: [user],
      };
      const { ended, continueAt } = await audited(services, who, act, async () => {
        if (isOther) requireAdmin(who);
        const value = await endAll(user, isOther ? SESSION_KINDS : [kindOf(who)], sender, services);
        return { value, outcome: 'done', result: `Ended ${value.ended} sessions of ${user}.` };
      });
      const cookies: { session?: CookieChange } = isOther ? {} : { session: 'close' };
      return { body: { user, ended, continueAt }, cookies };
    },
  }),
];

/** Ends the sessions of a user. `continueAt` is the URL that ends the session of this browser at the identity provider. */
async function endAll(
  user: string,
  kinds: readonly SessionKind[],
  { sessionId }: RequestSender,
  services: ApiServices,
): Promise<{ ended: number; continueAt: string | null }> {
  const { sessions, breakGlass, telemetry } = services;
  const own = sessionId === null ? null : await sessions.peek(sessionId);
  const ended = (await Promise.all(kinds.map((kind) => sessions.closeAll(user, kind)))).flat();
  for (const { proof } of ended) if (proof.kind === 'break-glass') await breakGlass.end(proof.useId);
  telemetry.emit('sign-in.ended', { who: user, why: `signed out everywhere (${ended.length} sessions)` });
  const isOwnEnded = sessionId !== null && (await sessions.peek(sessionId)) === null;
  return { ended: ended.length, continueAt: own && isOwnEnded ? await providerSignOut(own, services) : null };
}

function kindOf({ via }: Principal): SessionKind {
  return via === 'session' ? 'token' : via;
}

/**
 * Throws a Problem unless the user is an admin of all Jamf Pro servers, because sessions are not limited to one server.
 */
function requireAdmin(who: Principal): void {
  if (!allows(who.role, 'admin'))
    throw new Problem(
      'not-allowed',
      `Permission denied: this requires the admin role; ${who.name} has the ${who.role} role and can end only its own sessions.`,
    );
  requireAllInstances(who, 'Ending the sessions of another user');
}
