import type { z } from 'zod';
import type { JamfOddity } from '../../telemetry/events/jamf.js';
import type { Telemetry } from '../../telemetry/bus.js';
import type { CallName } from './calls.js';
import type { CookieJar } from '../transport/cookies.js';
import type { Exchange, JamfRequest } from '../transport/exchange.js';
import { notUnderstood } from '../transport/failure.js';
import type { Answer } from '../transport/outcome.js';
import type { Session } from '../transport/session.js';

/** Signed-in calls to one Jamf Pro server, and the validation of their responses. All calls of this client use it. */
export interface Api {
  readonly instance: string;
  /** Macs in one page of inventory. */
  readonly pageSize: number;
  /** Sends a signed-in request. */
  send(request: JamfRequest): Promise<Answer>;
  /** Parses the JSON body with a schema. Throws a `JamfError` if the body does not match. */
  understand<Schema extends z.ZodType>(call: CallName, schema: Schema, answer: Answer): z.output<Schema>;
  /** Throws a `JamfError` for an unusable response. `what` names fields, never values: values may be secrets. */
  refuse(call: CallName, what: string): never;
  /** Emits `jamf.odd` for a deviation that was normalized; does nothing if `count` is 0. */
  odd(call: CallName, what: JamfOddity, count: number): void;
  /** Returns an `Api` whose calls all reach the same cluster node. Within such a session, returns itself. */
  sticky(): Promise<Api>;
}

/** Dependencies of an `Api`. */
export interface ApiParts {
  instance: string;
  pageSize: number;
  exchange: Exchange;
  session: Session;
  telemetry: Telemetry;
}

/** Creates an `Api` that uses the shared token. Without a cookie jar, each call may reach any cluster node. */
export function createApi(parts: ApiParts, jar?: CookieJar): Api {
  const { instance, pageSize, exchange, session, telemetry } = parts;
  const refuse = (call: CallName, what: string, status = 200): never => {
    const error = notUnderstood(instance, call, what, status);
    telemetry.emit('jamf.failed', {
      instance,
      call,
      status: 'not-understood',
      error: error.message,
      inDoubt: false,
    });
    throw error;
  };
  const api: Api = {
    instance,
    pageSize,
    send: async (request) => {
      const token = await session.token();
      const accept = [...(request.accept ?? []), 401];
      const answer = await exchange({ ...request, accept }, { authorization: `Bearer ${token}`, jar });
      if (answer.status !== 401) return answer;
      // Jamf Pro did not process the request, so even a write may be retried once with a new token.
      session.refuse(token);
      return exchange(request, { authorization: `Bearer ${await session.token()}`, jar });
    },
    understand: (call, schema, answer) => {
      const parsed = schema.safeParse(answer.json);
      return parsed.success ? parsed.data : refuse(call, describeIssues(parsed.error), answer.status);
    },
    refuse: (call, what) => refuse(call, what),
    odd: (call, what, count) => {
      if (count > 0) telemetry.emit('jamf.odd', { instance, call, what, count });
    },
    sticky: async () => {
      if (jar) return api;
      // Sign in first: the session must use the node that issued the token, which other nodes may not know yet.
      await session.token();
      return createApi(parts, session.jar());
    },
  };
  return api;
}

/** The first three fields that failed validation, with the message of each. */
function describeIssues({ issues }: z.ZodError): string {
  const places = issues
    .slice(0, 3)
    .map(({ path, message }) => `${path.join('.') || 'the response'}: ${message}`);
  return places.join('; ');
}
