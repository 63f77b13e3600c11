import { authenticate, expiredSentence } from '../authenticate.js';
import { noBody, nothing } from '../../http/check-request.js';
import { Problem } from '../../../contract/problem.js';
import { defineOpenRoute, defineRoute } from '../../server/route.js';
import {
  breakGlassSignIn,
  signedOut,
  signIn,
  signInWays,
  whoIsIt,
} from '../../../contract/resources/session.js';
import { breakGlass } from '../break-glass.js';
import { openSession, refuseSignIn, signInIntent } from '../open-session.js';
import type { RequestSender } from '../../http/sender.js';
import type { Session } from '../../../store/access/sessions.js';
import type { ApiServices } from '../../server/services.js';
import { OIDC_PATH } from './oidc.js';

const path = '/api/v1/session';
const bare = { params: nothing, query: nothing } as const;

/**
 * Routes for signing in and out with a browser. A browser needs a session, because it cannot send a Bearer token
 * when it opens a page.
 */
export const sessionRoutes = [
  defineOpenRoute({
    ...bare,
    method: 'get',
    path: `${path}/ways`,
    summary: 'Available sign-in methods',
    body: noBody,
    answer: signInWays,
    statuses: [200],
    handle: ({ sender }, { config: { signIn: settings }, oidc }) => {
      const attempt = oidc?.attempts.read(sender.attempt) ?? null;
      const refused = attempt?.kind === 'refused' ? attempt.sentence : null;
      return Promise.resolve({
        body: {
          oidc: settings.oidc ? { label: settings.oidc.label, path: OIDC_PATH } : null,
          breakGlass: settings.breakGlass !== undefined,
          refused,
        },
        ...(refused === null ? {} : { cookies: { attempt: 'close' as const } }),
      });
    },
  }),
  defineOpenRoute({
    ...bare,
    method: 'post',
    path,
    summary: 'Sign in with an API token',
    description:
      'Opens a session whose ID is in an HttpOnly, SameSite=Strict cookie. The session ends when the token ends, when the user signs out, when the session is idle for too long, and at its maximum duration.',
    body: signIn,
    answer: whoIsIt,
    statuses: [201],
    handle: async ({ body, sender }, services) => {
      const check = await services.tokens.check(body.token);
      if (!check.known)
        throw new Problem('not-authenticated', 'Unknown token. Check that you copied the whole token.');
      const { name, role, instances, expires, sha256 } = check.token;
      if (check.expired) {
        const why = expiredSentence(name, expires);
        await refuseSignIn(services, sender, { name, via: 'token' }, why);
        throw new Problem('not-authenticated', why);
      }
      const who = { name, role, instances, via: 'token' } as const;
      const cookies = await openSession(services, sender, who, { kind: 'token', sha256 });
      return { body: { ...copy(who), via: 'session' as const }, cookies };
    },
  }),
  defineOpenRoute({
    ...bare,
    method: 'post',
    path: `${path}/break-glass`,
    summary: 'Sign in with emergency access',
    description:
      'For outages of the identity provider. Each use is recorded in the audit log and opens an incident. At most five attempts per minute.',
    body: breakGlassSignIn,
    answer: whoIsIt,
    statuses: [201],
    handle: async ({ body, sender }, services) => {
      const { who, cookies } = await breakGlass(services, sender, body);
      return { body: copy(who), cookies };
    },
  }),
  defineRoute({
    ...bare,
    method: 'get',
    path,
    role: 'viewer',
    summary: 'The signed-in user',
    body: noBody,
    answer: whoIsIt,
    statuses: [200],
    handle: ({ who }) => Promise.resolve({ body: copy(who) }),
  }),
  defineOpenRoute({
    ...bare,
    method: 'delete',
    path,
    summary: 'Sign out',
    description:
      'Ends the session immediately and returns the URL that ends the session at the identity provider.',
    body: noBody,
    answer: signedOut,
    statuses: [200],
    handle: async ({ sender }, services) => ({
      body: { signedOut: true as const, continueAt: await signOut(sender, services) },
      cookies: { session: 'close' as const },
    }),
  }),
];

/**
 * Ends the session of a browser. Returns the URL that ends the session at the identity provider, or `null` when
 * there is none.
 */
async function signOut(sender: RequestSender, services: ApiServices): Promise<string | null> {
  const { sessions, telemetry, audit, breakGlass: uses } = services;
  if (sender.sessionId === null) return null;
  const by = { sessionId: sender.sessionId, headers: {} };
  const who = await authenticate(by, services, { heard: false });
  const session = await sessions.close(sender.sessionId);
  if (!session) return null;
  const { proof } = session;
  if (proof.kind === 'break-glass') await uses.end(proof.useId);
  if (who) {
    telemetry.emit('sign-in.ended', { who: who.name, why: 'signed out' });
    const entry = await audit.begin(signInIntent(who, 'sign-out'));
    await audit.settle(entry, { outcome: 'done', result: 'Signed out.' });
  }
  return providerSignOut(session, services);
}

/** Returns the URL that ends the session at the identity provider; `null` when there is no such session. */
export async function providerSignOut(
  { proof }: Session,
  { oidc }: Pick<ApiServices, 'oidc'>,
): Promise<string | null> {
  return proof.kind === 'oidc' && oidc ? oidc.provider.signOutUrl(proof.idToken) : null;
}

/** Copies the list of Jamf Pro servers, because the response schema requires a mutable array. */
function copy<Who extends { instances: readonly string[] | null }>(
  who: Who,
): Who & { instances: string[] | null } {
  return { ...who, instances: who.instances && [...who.instances] };
}
