import { Router, type Request, type Response } from 'express';
import type { Backend } from '../backend.js';
import { bodyText, callOf } from '../call.js';
import type { ApiClient } from '../options.js';
import { signedIn, unauthorized } from './guard.js';
import { authorizationOf } from './authorization.js';
import type { Session } from './tokens.js';

const ERROR_URI = 'https://datatracker.ietf.org/doc/html/rfc6749#section-5.2';

/**
 * Authentication routes, to be mounted at /api: token requests with client credentials, user tokens, keep-alive,
 * invalidation, and the current account.
 */
export function authRoutes(backend: Backend): Router {
  const { tokens, options } = backend;
  const router = Router();
  const guard = signedIn(backend);

  const sendToken = (res: Response, session: Session) => {
    const token = tokens.issue(session, options.userTokenLifetime);
    res.json({ token: token.value, expires: new Date(token.expiresAt).toISOString() });
  };

  for (const path of options.tokenPaths) {
    router.post(path.replace(/^\/api/, ''), (req, res) => grantClient(backend, req, res));
  }

  router.post('/v1/auth/token', (req, res) => {
    const session = userOf(backend, req.headers.authorization ?? '');
    if (!session) throw unauthorized(req.path);
    sendToken(res, session);
  });

  router.post('/v1/auth/keep-alive', guard, (req, res) => {
    const { session, token } = callOf(req);
    if (!session || token === null) throw unauthorized(req.path);
    tokens.revoke(token);
    sendToken(res, session);
  });

  router.post('/v1/auth/invalidate-token', guard, (req, res) => {
    const { token } = callOf(req);
    if (token !== null) tokens.revoke(token);
    res.status(204).end();
  });

  router.get(['/v1/auth', '/auth'], guard, (req, res) => {
    const { session } = callOf(req);
    if (!session) throw unauthorized(req.path);
    res.json(authorizationOf(session));
  });

  return router;
}

/** Client credentials grant (RFC 6749, 4.4) and its errors (5.2). */
function grantClient({ tokens, options }: Backend, req: Request, res: Response): void {
  const refuse = (status: number, error: string, description: string) =>
    res.status(status).json({ error, error_description: description, error_uri: ERROR_URI });
  if (!req.is('application/x-www-form-urlencoded')) {
    return void refuse(400, 'invalid_request', 'The Content-Type must be application/x-www-form-urlencoded');
  }
  const form = new URLSearchParams(bodyText(req));
  const grant = form.get('grant_type');
  if (grant === null) return void refuse(400, 'invalid_request', 'OAuth 2.0 Parameter: grant_type');
  if (grant !== 'client_credentials') {
    return void refuse(400, 'unsupported_grant_type', 'OAuth 2.0 Parameter: grant_type');
  }
  const client = options.clients.find(({ id }) => id === form.get('client_id'));
  if (!client?.enabled || client.secret !== form.get('client_secret')) {
    return void refuse(401, 'invalid_client', 'Client authentication failed');
  }
  const token = tokens.issue(sessionOf(client), client.tokenLifetime);
  res.json({
    access_token: token.value,
    scope: `api-role:${options.clients.indexOf(client) + 1}`,
    token_type: 'Bearer',
    // Observed: 1199 for a lifetime of 20 minutes.
    expires_in: Math.max(0, Math.ceil(client.tokenLifetime / 1_000) - 1),
  });
}

const sessionOf = (client: ApiClient): Session => ({
  kind: 'client',
  name: client.displayName,
  privileges: new Set(client.privileges),
});

function userOf({ options }: Backend, authorization: string): Session | null {
  const [scheme = '', credentials = ''] = authorization.split(' ');
  if (scheme.toLowerCase() !== 'basic') return null;
  const decoded = Buffer.from(credentials, 'base64').toString('utf8');
  const user = options.users.find(({ username, password }) => decoded === `${username}:${password}`);
  return user ? { kind: 'user', name: user.username, privileges: new Set(user.privileges) } : null;
}
