import { type Request, type RequestHandler, type Response, Router } from 'express';
import { authenticate } from '../auth/authenticate.js';
import { readJson } from '../http/json-body.js';
import { setCookie } from '../http/cookies.js';
import type { SignInRateLimit } from '../auth/sign-in-rate-limit.js';
import { withIdempotency } from './idempotency.js';
import { requireSameOrigin } from '../http/same-origin.js';
import { asProblem, sendProblem } from '../http/problem-response.js';
import { Problem } from '../../contract/problem.js';
import type { Principal } from '../../contract/roles.js';
import type { Reply, Route } from './route.js';
import { type RequestSender, senderOf } from '../http/sender.js';
import type { ApiServices } from './services.js';

/** Creates the router for all routes, with authentication, origin check, idempotency, error responses and telemetry. */
export function mountRoutes(
  routes: readonly Route[],
  services: ApiServices,
  countFailure: SignInRateLimit,
): Router {
  const router = Router({ caseSensitive: true });
  for (const route of routes)
    router[route.method](expressPath(route.path), answering(route, services, countFailure));
  for (const path of new Set(routes.map((route) => route.path)))
    router.all(expressPath(path), otherMethod(path, routes));
  return router;
}

function answering(route: Route, services: ApiServices, countFailure: SignInRateLimit): RequestHandler {
  const name = `${route.method.toUpperCase()} ${route.path}`;
  return async (request, response) => {
    const startedAt = performance.now();
    let who: Principal | null = null;
    try {
      const sender = senderOf(request, services.config.http.publicUrl);
      who = await identify(request.method, sender, services);
      const { reply, replayed } = await perform(route, request, response, { who, sender, services });
      if (replayed) response.set('Idempotent-Replayed', 'true');
      for (const name of ['session', 'attempt'] as const) {
        const change = reply.cookies?.[name];
        if (change) response.append('Set-Cookie', setCookie(name, change, sender.https));
      }
      response.status(reply.status ?? route.statuses[0]);
      if (reply.stream) await reply.stream(response);
      else if (reply.redirect !== undefined) response.location(reply.redirect).end();
      else response.json(reply.body);
    } catch (thrown) {
      const error = await countIfSignIn(thrown, route, request, response, countFailure);
      report(error, { name, who, services });
      sendProblem(response, asProblem(error));
    }
    services.telemetry.emit('api.answered', {
      route: name,
      status: response.statusCode,
      who: nameOf(who),
      durationMs: performance.now() - startedAt,
    });
  };
}

async function identify(
  method: string,
  sender: RequestSender,
  services: ApiServices,
): Promise<Principal | null> {
  const { headers } = sender;
  const who = await authenticate(sender, services);
  if (method !== 'GET' && method !== 'HEAD')
    requireSameOrigin(headers, {
      publicUrl: services.config.http.publicUrl,
      strict: who !== null && who.via !== 'token',
    });
  return who;
}

/**
 * Counts a request with an invalid credential as a failed sign-in. Returns the error to respond with: `error`, or
 * the error of the rate limit.
 */
async function countIfSignIn(
  error: unknown,
  route: Route,
  request: Request,
  response: Response,
  countFailure: SignInRateLimit,
): Promise<unknown> {
  const hasCredential = request.headers.authorization !== undefined || route.role === null;
  if (!hasCredential || !(error instanceof Problem) || error.kind !== 'not-authenticated') return error;
  try {
    await countFailure(request, response);
    return error;
  } catch (tooMany) {
    return tooMany;
  }
}

async function perform(
  route: Route,
  request: Request,
  response: Response,
  { who, sender, services }: { who: Principal | null; sender: RequestSender; services: ApiServices },
): Promise<{ reply: Reply<unknown>; replayed: boolean }> {
  const raw = {
    params: request.params,
    query: queryOf(request.originalUrl),
    body: route.method === 'post' ? await readJson(request, response) : undefined,
    sender,
  };
  const work = () => route.run(raw, who, services);
  const key = request.get('Idempotency-Key');
  if (!route.idempotent || key === undefined || !who) return { reply: await work(), replayed: false };
  const scope = `${who.name} ${who.role} ${who.instances?.join() ?? ''} ${route.method} ${request.path}`;
  return withIdempotency(
    services.idempotency,
    { scope, key, request: JSON.stringify([raw.query, raw.body]) },
    work,
  );
}

function report(
  error: unknown,
  { name, who, services: { telemetry } }: { name: string; who: Principal | null; services: ApiServices },
): void {
  const problem = asProblem(error);
  if (problem.status >= 500)
    telemetry.emit('api.failed', {
      route: name,
      error: error instanceof Error ? (error.stack ?? error.message) : String(error),
    });
  else if (problem.status === 401 || problem.status === 403 || problem.status === 429)
    telemetry.emit('api.refused', {
      route: name,
      status: problem.status,
      who: nameOf(who),
      why: problem.message,
    });
}

function nameOf(who: Principal | null): string {
  return who?.name ?? 'nobody';
}

function otherMethod(path: string, routes: readonly Route[]): RequestHandler {
  const methods = routes.filter((route) => route.path === path).map(({ method }) => method.toUpperCase());
  return (request, response) => {
    sendProblem(
      response,
      new Problem(
        'method-not-allowed',
        `${request.method} is not supported here. Use ${methods.join(' or ')}.`,
        {},
        { Allow: methods.join(', ') },
      ),
    );
  };
}

/**
 * Parses the query of a URL. A repeated name becomes a list. The query parser of express is not used, because the
 * receiver disables it for the webhooks.
 */
function queryOf(url: string): Record<string, string | string[]> {
  const { searchParams } = new URL(url, 'http://localhost');
  return Object.fromEntries(
    [...new Set(searchParams.keys())].map((name) => {
      const [first = '', ...others] = searchParams.getAll(name);
      return [name, others.length === 0 ? first : [first, ...others]];
    }),
  );
}

function expressPath(path: string): string {
  return path.replace(/\{(\w+)\}/gu, ':$1');
}
