import type { Response } from 'express';
import type { z } from 'zod';
import type { AuditAction } from "../../contract/audit-actions.js";
import { audited } from '../../application/audit/audited.js';
import { checkRequest, type RawRequest } from '../http/check-request.js';
import type { CookieChange, CookieName } from '../http/cookies.js';
import { Problem } from '../../contract/problem.js';
import { allows, type Principal, type Role } from '../../contract/roles.js';
import { scopedTo } from './instance-scope.js';
import type { Sender } from '../http/sender.js';
import type { ApiServices } from './services.js';

/** What a handler answers. */
export interface Reply<Body> {
  /** One of the route's statuses; the first when not given. */
  status?: number;
  body: Body;
  /** What becomes of the browser's cookies. */
  cookies?: Partial<Record<CookieName, CookieChange>>;
  /** Where the browser is sent, instead of `body`. */
  redirect?: string;
  /** Writes the answer itself, piece by piece, instead of `body`: the end of the connection is its end. */
  stream?: (response: Response) => Promise<void>;
}

/** What an answer is, where it is not JSON. */
export type Produces = 'application/json' | 'text/event-stream' | 'redirection';

/** What every handler is given: checked and typed. */
export interface Input<Params, Query, Body> {
  params: Params;
  query: Query;
  body: Body;
  /** Who sends it, as far as that is seen from outside. */
  sender: Sender;
}

type Method = 'get' | 'post' | 'delete';

interface Description<
  Params extends z.ZodObject,
  Query extends z.ZodObject,
  Body extends z.ZodType,
  Answer extends z.ZodType,
> {
  method: Method;
  /** As OpenAPI writes it, with `{id}` for a parameter. */
  path: `/api/${string}`;
  summary: string;
  description?: string;
  params: Params;
  query: Query;
  /** `noBody` for a route without one. */
  body: Body;
  /** Every answer goes through it on its way out: what the schema does not name never leaves. */
  answer: Answer;
  /** The statuses of success; the first is the usual one. */
  statuses: readonly [number, ...number[]];
  /** JSON when not given. */
  produces?: Produces;
}

/** A route as the router and the OpenAPI document see it. */
export interface Route extends Description<z.ZodObject, z.ZodObject, z.ZodType, z.ZodType> {
  /** Least role that may; `null`: nobody need be signed in. */
  readonly role: Role | null;
  /** Whether an `Idempotency-Key` header is heeded. */
  readonly idempotent: boolean;
  /** What it does, in the words of the audit trail; `null` when it only shows something. */
  readonly acts: AuditAction | null;
  /**
   * Checks who asks, then what is asked; does it; checks the answer.
   *
   * @throws Problem when the request is refused or not understood.
   */
  readonly run: (
    request: RawRequest,
    who: Principal | null,
    services: ApiServices,
  ) => Promise<Reply<unknown>>;
}

/** Makes a route for people and machines that have a role. There is no other way to make one, but for `defineOpenRoute`. */
export function defineRoute<
  Params extends z.ZodObject,
  Query extends z.ZodObject,
  Body extends z.ZodType,
  Answer extends z.ZodType,
>(
  spec: Description<Params, Query, Body, Answer> & {
    role: Role;
    /** Set for what acts: asked twice with one key it is done once. */
    idempotent?: boolean;
    /** Set for what acts: somebody who asks and may not is in the audit trail under this. */
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
    async run(request, someone, services) {
      const who = mustBeSomebody(someone);
      if (!allows(who.role, spec.role)) await refuse(who, { needed: spec.role, acts }, services);
      const input = { ...checkRequest(spec, request), who };
      return finish(spec, await handle(input, scopedTo(who, services)));
    },
  };
}

/** Makes a route that is open to anybody: for signing in and out only. */
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

function mustBeSomebody(who: Principal | null): Principal {
  if (!who)
    throw new Problem(
      'not-authenticated',
      'Say who you are: send the header "Authorization: Bearer <token>", or sign in at /. `recert tokens create` makes a token; its SHA-256 goes under "tokens" in the configuration.',
      {},
      { 'WWW-Authenticate': 'Bearer realm="recert"' },
    );
  return who;
}

/** What was asked is not looked at: nothing but who and what is kept of it. */
async function refuse(
  who: Principal,
  { needed, acts }: { needed: Role; acts: AuditAction | null },
  services: ApiServices,
): Promise<never> {
  const refusal = new Problem(
    'not-allowed',
    `${who.name} is ${article(who.role)} and this needs ${article(needed)}. Sign in with that role, or ask somebody who has it.`,
  );
  if (acts === null) throw refusal;
  const act = { action: acts, instance: null, reason: '', computers: 0, subjects: [] };
  return audited(services, who, act, () => Promise.reject(refusal));
}

function article(role: Role): string {
  return `${/^[aeiou]/u.test(role) ? 'an' : 'a'} ${role}`;
}

function finish<Answer extends z.ZodType>(
  spec: { method: Method; path: string; answer: Answer; statuses: readonly [number, ...number[]] },
  reply: Reply<z.input<Answer>>,
): Reply<unknown> {
  const status = reply.status ?? spec.statuses[0];
  if (!spec.statuses.includes(status))
    throw new Error(`${spec.method} ${spec.path} answered ${status}, which it does not declare`);
  return {
    ...reply,
    status,
    body: reply.stream || reply.redirect !== undefined ? undefined : spec.answer.parse(reply.body),
  };
}
