import { expiredSentence } from '../authenticate.js';
import { noBody, nothing } from '../check.js';
import { Problem } from '../problem.js';
import { defineOpenRoute, defineRoute } from '../route.js';
import { signedOut, signIn, whoIsIt } from '../schemas/session.js';

const path = '/api/v1/session';

/** Signing in and out for browsers, which cannot send a Bearer header when they open a page. */
export const sessionRoutes = [
  defineOpenRoute({
    method: 'post',
    path,
    summary: 'Sign in with an API token',
    description:
      'Opens a session whose id is in an HttpOnly, SameSite=Strict cookie. It ends after twelve hours, and with its token.',
    params: nothing,
    query: nothing,
    body: signIn,
    answer: whoIsIt,
    statuses: [201],
    handle: async ({ body, sender: { sessionId } }, { tokens, sessions, audit, now }) => {
      const check = tokens.check(body.token);
      if (!check.known)
        throw new Problem('not-authenticated', 'This token is not known here. Was it copied as a whole?');
      const { name, role, expires, sha256 } = check.token;
      if (check.expired) throw new Problem('not-authenticated', expiredSentence(name, expires));
      // A new id at every sign-in, so that an id planted in the browser before is worth nothing.
      if (sessionId !== null) await sessions.close(sessionId);
      const entry = await audit.begin({
        who: name,
        role,
        via: 'token',
        action: 'sign-in',
        instance: null,
        reason: '',
        computers: 0,
        subjects: [],
      });
      const id = await sessions.open({ tokenSha256: sha256, startedAt: now() });
      await audit.settle(entry, { outcome: 'done', result: 'Signed in from a browser.' });
      return { body: { name, role, via: 'session' as const }, session: { open: id } };
    },
  }),
  defineRoute({
    method: 'get',
    path,
    role: 'viewer',
    summary: 'Who is signed in',
    params: nothing,
    query: nothing,
    body: noBody,
    answer: whoIsIt,
    statuses: [200],
    handle: ({ who }) => Promise.resolve({ body: who }),
  }),
  defineOpenRoute({
    method: 'delete',
    path,
    summary: 'Sign out',
    params: nothing,
    query: nothing,
    body: noBody,
    answer: signedOut,
    statuses: [200],
    handle: async ({ sender: { sessionId } }, { sessions, telemetry }) => {
      if (sessionId !== null) {
        await sessions.close(sessionId);
        telemetry.emit('sign-in.ended', { who: 'somebody', why: 'signed out' });
      }
      return { body: { signedOut: true as const }, session: 'close' as const };
    },
  }),
];
