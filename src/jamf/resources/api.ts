import type { z } from 'zod';
import type { JamfOddity } from '../../telemetry/events/jamf.js';
import type { Telemetry } from '../../telemetry/bus.js';
import type { CallName } from './calls.js';
import type { CookieJar } from '../transport/cookies.js';
import type { Exchange, JamfRequest } from '../transport/exchange.js';
import { notUnderstood } from '../transport/failure.js';
import type { Answer } from '../transport/outcome.js';
import type { Session } from '../transport/session.js';

/** What the rooms of this client stand on: signed-in calls, and the one way to read and to tell about their answers. */
export interface Api {
  readonly instance: string;
  /** Macs in one page of inventory. */
  readonly pageSize: number;
  /** Makes a signed-in call. */
  send(request: JamfRequest): Promise<Answer>;
  /** The JSON of an answer in the shape it must have, or a `JamfError`. */
  understand<Schema extends z.ZodType>(call: CallName, schema: Schema, answer: Answer): z.output<Schema>;
  /** Fails because an answer is not what was asked for. `what` names places, never values. */
  refuse(call: CallName, what: string): never;
  /** Tells about something that was mended; nothing when the count is 0. */
  odd(call: CallName, what: JamfOddity, count: number): void;
  /** The same, with one node of the cluster for all calls. Within a session it is the session itself. */
  sticky(): Promise<Api>;
}

/** What an `Api` is made of. */
export interface ApiParts {
  instance: string;
  pageSize: number;
  exchange: Exchange;
  session: Session;
  telemetry: Telemetry;
}

/** Calls with the shared token; without a jar they may reach any node. */
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
      // Not done, so even a write may be repeated, once, with a token that was certainly given after this one.
      session.refuse(token);
      return exchange(request, { authorization: `Bearer ${await session.token()}`, jar });
    },
    understand: (call, schema, answer) => {
      const parsed = schema.safeParse(answer.json);
      return parsed.success ? parsed.data : refuse(call, placesOf(parsed.error), answer.status);
    },
    refuse: (call, what) => refuse(call, what),
    odd: (call, what, count) => {
      if (count > 0) telemetry.emit('jamf.odd', { instance, call, what, count });
    },
    sticky: async () => {
      if (jar) return api;
      // Signed in before, so that the cookies are those of the node that gave the token.
      await session.token();
      return createApi(parts, session.jar());
    },
  };
  return api;
}

/** Where an answer is not as it must be. */
function placesOf({ issues }: z.ZodError): string {
  const places = issues
    .slice(0, 3)
    .map(({ path, message }) => `${path.join('.') || 'the answer'}: ${message}`);
  return places.join('; ');
}
