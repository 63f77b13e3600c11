import type { Response } from 'express';
import { z } from 'zod';
import type { AuditAction } from '../../contract/audit-actions.js';
import { audited } from '../../application/audit/audited.js';
import { collectUnreadable } from '../../store/redis/unreadable.js';
import { checkRequest, type RawRequest } from '../http/check-request.js';
import type { CookieChange, CookieName } from '../http/cookies.js';
import { Problem } from '../../contract/problem.js';
import { allows, type Principal, type Role } from '../../contract/roles.js';
import { restrictToInstances } from './instance-scope.js';
import type { RequestSender } from '../http/sender.js';
import type { ApiServices } from './services.js';

/** Result of a route handler. */
export interface Reply<Body> {
  /** HTTP status: one of the statuses that the route declares. Default: the first declared status. */
  status?: number;
  body: Body;
  /** Cookies to set or delete in the browser. */
  cookies?: Partial<Record<CookieName, CookieChange>>;
  /** URL to which the browser is redirected; `body` is not sent. */
  redirect?: string;
  /** Writes the response until the connection ends; `body` is not sent. For streams. */
  stream?: (response: Response) => Promise<void>;
}

/** Content type of a response, or a redirect of the browser. */
export type Produces = 'application/json' | 'text/event-stream' | 'redirection';

/** A validated request, as a route handler receives it. */
export interface Input<Params, Query, Body> {
  params: Params;
  query: Query;
  body: Body;
  /** Address, headers and cookies of the client. */
  sender: RequestSender;
}

type Method = 'get' | 'post' | 'delete';

interface Description<
  Params extends z.ZodObject,
  Query extends z.ZodObject,
  Body extends z.ZodType,
  Answer extends z.ZodType,
> {
  method: Method;
  /** Path in OpenAPI syntax: `{id}` for a parameter. */
  path: `/api/${string}`;
  summary: string;
  description?: string;
  params: Params;
  query: Query;
  /** Schema of the request body; `noBody` for a route without a body. */
  body: Body;
  /**
   * Schema of the response body. Every response is parsed with it, which removes all fields that the schema does
   * not contain.
   */
  answer: Answer;
  /** HTTP statuses of successful responses; the first is the default. */
  statuses: readonly [number, ...number[]];
  /** Content type of the response. Default: JSON. */
  produces?: Produces;
}

/** A route, as the router and the generator of the OpenAPI document use it. */
export interface Route extends Description<z.ZodObject, z.ZodObject, z.ZodType, z.ZodType> {
  /** Minimum role that the route requires; `null` when the route needs no authentication. */
  readonly role: Role | null;
  /** Whether the route supports the header `Idempotency-Key`. */
  readonly idempotent: boolean;
  /** The action that the audit log records for the route; `null` for a route that only reads. */
  readonly acts: AuditAction | null;
  /**
   * Checks the role, validates the request, runs the handler and validates the response.
   * @throws Problem when the request is invalid or refused.
   */
  readonly run: (
    request: RawRequest,
    who: Principal | null,
    services: ApiServices,
  ) => Promise<Reply<unknown>>;
}

/** Defines a route that requires a role. All routes are defined with this function or with `defineOpenRoute`. */
export function defineRoute<
  Params extends z.ZodObject,
  Query extends z.ZodObject,
  Body extends z.ZodType,
  Answer extends z.ZodType,
>(
  spec: Description<Params, Query, Body, Answer> & {
    role: Role;
    /** Set for a route that changes something: requests with the same idempotency key are executed once. */
    idempotent?: boolean;
    /**
     * Set for a route that changes something: if the user lacks permission, the audit log records this action as
     * refused.
     */
    acts?: AuditAction;
    handle: (
      input: Input<z.output<Params>, z.output<Query>, z.output<Body>> & { who: Principal },
      services: ApiServices,
    ) => Promise<Reply<z.input<Answer>>>;
  },
): Route {
  const { handle, idempotent = false, acts = null, ...rest } = spec;
  return {
    ...rest,
    idempotent,
    acts,
    async run(request, principal, services) {
      const who = requirePrincipal(principal);
      if (!allows(who.role, spec.role)) await refuse(who, { needed: spec.role, acts }, services);
      const input = { ...checkRequest(spec, request), who };
      const { value, unreadable } = await collectUnreadable(() =>
        handle(input, restrictToInstances(who, services)),
      );
      return finish(spec, value, unreadable);
    },
  };
}

/** Defines a route that needs no authentication. Only the routes for signing in and out are defined like this. */
export function defineOpenRoute<
  Params extends z.ZodObject,
  Query extends z.ZodObject,
  Body extends z.ZodType,
  Answer extends z.ZodType,
>(
  spec: Description<Params, Query, Body, Answer> & {
    handle: (
      input: Input<z.output<Params>, z.output<Query>, z.output<Body>>,
      services: ApiServices,
    ) => Promise<Reply<z.input<Answer>>>;
  },
): Route {
  const { handle, ...rest } = spec;
  return {
    ...rest,
    role: null,
    idempotent: false,
    acts: null,
    run: async (request, _who, services) => finish(spec, await handle(checkRequest(spec, request), services)),
  };
}

function requirePrincipal(who: Principal | null): Principal {
  if (!who)
    throw new Problem(
      'not-authenticated',
      'Authentication required: send the header "Authorization: Bearer <token>", or sign in at /. To create a token, run `recert tokens create` and add its SHA-256 hash under "tokens" in the configuration.',
      {},
      { 'WWW-Authenticate': 'Bearer realm="recert"' },
    );
  return who;
}

/**
 * Refuses a request because the user lacks permission. The request is not validated yet, so the audit log records only
 * the user and the action.
 */
async function refuse(
  who: Principal,
  { needed, acts }: { needed: Role; acts: AuditAction | null },
  services: ApiServices,
): Promise<never> {
  const refusal = new Problem(
    'not-allowed',
    `Permission denied: this requires the ${needed} role; ${who.name} has the ${who.role} role.`,
  );
  if (acts === null) throw refusal;
  const act = { action: acts, instance: null, reason: '', computers: 0, subjects: [] };
  return audited(services, who, act, () => Promise.reject(refusal));
}

function finish<Answer extends z.ZodType>(
  spec: { method: Method; path: string; answer: Answer; statuses: readonly [number, ...number[]] },
  reply: Reply<z.input<Answer>>,
  unreadable: readonly string[] = [],
): Reply<unknown> {
  const status = reply.status ?? spec.statuses[0];
  if (!spec.statuses.includes(status))
    throw new Error(
      `${spec.method} ${spec.path} answered with status ${status}, which the route does not declare`,
    );
  return {
    ...reply,
    status,
    body:
      reply.stream || reply.redirect !== undefined
        ? undefined
        : spec.answer.parse(withNames(spec.answer, reply.body, unreadable)),
  };
}

/** Adds the records that could not be read to the response of a list. */
function withNames(answer: z.ZodType, body: unknown, unreadable: readonly string[]): unknown {
  const isList = answer instanceof z.ZodObject && 'unreadable' in answer.shape;
  return isList && typeof body === 'object' ? { ...body, unreadable: [...unreadable] } : body;
}
