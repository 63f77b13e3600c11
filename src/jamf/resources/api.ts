import type { z } from 'zod';
import type { JamfOddity } from '../../telemetry/events/jamf.js';
import type { Telemetry } from '../../telemetry/bus.js';
import type { CallName } from './calls.js';
import type { CookieJar } from '../transport/cookies.js';
import type { Exchange, JamfRequest } from '../transport/exchange.js';
import type { JamfError } from '../../domain/jamf-error.js';
import type { Seal } from '../parsing/scep.js';
import { notSent, notUnderstood } from '../transport/failure.js';
import type { Answer } from '../transport/outcome.js';
import type { Session } from '../transport/session.js';

/** Signed-in calls to one Jamf Pro server, and the validation of their responses. All calls of the client use it. */
export interface Api {
  readonly instance: string;
  /** Number of Macs in one page of inventory. */
  readonly pageSize: number;
  /** Makes challenges comparable without storing them. */
  readonly seal: Seal;
  /** Sends a signed-in request. */
  send(request: JamfRequest): Promise<Answer>;
  /** Parses the JSON body of a response with a schema. Throws a `JamfError` if the body does not match. */
  understand<Schema extends z.ZodType>(call: CallName, schema: Schema, answer: Answer): z.output<Schema>;
  /**
   * Throws a `JamfError` for a response that cannot be used. `what` names fields, never values, because values may
   * be secrets.
   */
  refuse(call: CallName, what: string): never;
  /** Throws a `JamfError` for a request that must not be sent because a value in it is missing or not usable. */
  refuseToSend(call: CallName, why: string, advice: string): never;
  /** Emits `jamf.odd` for unexpected content of a response that was corrected. Does nothing if `count` is 0. */
  odd(call: CallName, what: JamfOddity, count: number, detail?: string): void;
  /**
   * Like `odd`, for an unknown value of an enumeration. Reports each value once, because a server may send it with
   * every record.
   */
  unknownWord(call: CallName, what: JamfOddity, word: string): void;
  /** Returns an `Api` whose calls all reach the same cluster node. Within such a session, returns itself. */
  sticky(): Promise<Api>;
}

/** Dependencies of an `Api`. */
export interface ApiParts {
  instance: string;
  pageSize: number;
  seal: Seal;
  exchange: Exchange;
  session: Session;
  telemetry: Telemetry;
  sleep: (ms: number) => Promise<void>;
  /** Unknown enumeration values that were already reported. */
  unknownWords?: Set<string>;
}

/**
 * Maximum number of reported unknown values, and maximum length of each. Free text from Jamf Pro must not fill the
 * memory or the log.
 */
const UNKNOWN_WORDS = 50;
const UNKNOWN_WORD_LENGTH = 40;

/** Waits before a call is repeated with a token that the cluster node may not know yet, milliseconds. */
const NODE_LAG_WAITS_MS = [250, 750, 2_000];

const UNREADABLE = {
  said: 'the response is not valid JSON',
  advice:
    'A text in Jamf Pro, such as a computer name, may contain a character that Jamf Pro does not escape. Correct it there, and report the error.',
};

/** Creates an `Api` that uses the token of the client. Without a cookie jar, each call may reach any cluster node. */
export function createApi(parts: ApiParts, jar?: CookieJar): Api {
  const { instance, pageSize, exchange, session, telemetry, sleep, unknownWords = new Set<string>() } = parts;
  const fail = (call: CallName, error: JamfError): never => {
    const status = error.status === null ? 'not-sent' : 'not-understood';
    telemetry.emit('jamf.failed', { instance, call, status, error: error.message, inDoubt: false });
    throw error;
  };
  const refuse = (
    call: CallName,
    what: string,
    { status }: Pick<Answer, 'status'> = { status: 200 },
  ): never => fail(call, notUnderstood(instance, call, what, { status }));
  const odd: Api['odd'] = (call, what, count, detail) => {
    if (count > 0) telemetry.emit('jamf.odd', { instance, call, what, count, ...(detail && { detail }) });
  };
  /**
   * If Jamf Pro responds with 401, it did not process the request, so even a write is repeated. The nodes of a cluster
   * synchronize about once a minute, so a recent token is not replaced at first: the call is repeated on the node that
   * issued the token.
   */
  const sendSignedIn = async (request: JamfRequest): Promise<Answer> => {
    const { call } = request;
    const accept = [...(request.accept ?? []), 401];
    let replaced = false;
    for (let repeats = 0; ;) {
      const token = await session.token();
      const who = { authorization: `Bearer ${token}`, jar: jar ?? session.issuingNode() };
      const waitMs = NODE_LAG_WAITS_MS[repeats];
      const last = replaced && waitMs === undefined;
      const answer = await exchange(last ? request : { ...request, accept }, who);
      if (answer.status !== 401) return answer;
      if (waitMs !== undefined && session.stayOnIssuingNode(token)) {
        repeats += 1;
        telemetry.emit('jamf.retry', { instance, call, status: '401', attempt: repeats, waitMs });
        await sleep(waitMs);
      } else {
        session.refuse(token);
        if (replaced) repeats += 1;
        replaced = true;
      }
    }
  };
  const api: Api = {
    instance,
    pageSize,
    seal: parts.seal,
    send: async (request) => {
      const answer = await sendSignedIn(request);
      odd(request.call, 'invalid-json', answer.repaired === true ? 1 : 0, request.path);
      return answer;
    },
    understand: (call, schema, answer) => {
      const { status, json } = answer;
      const { said, advice } = UNREADABLE;
      if (json === undefined) return fail(call, notUnderstood(instance, call, said, { status, advice }));
      const parsed = schema.safeParse(json);
      return parsed.success ? parsed.data : refuse(call, describeIssues(parsed.error), answer);
    },
    refuse: (call, what) => refuse(call, what),
    refuseToSend: (call, why, advice) => fail(call, notSent(instance, call, why, advice)),
    odd,
    unknownWord: (call, what, word) => {
      const shown = word.slice(0, UNKNOWN_WORD_LENGTH).replace(/[^\w .-]/gu, '_');
      const name = `${what} ${shown}`;
      if (unknownWords.has(name) || unknownWords.size >= UNKNOWN_WORDS) return;
      unknownWords.add(name);
      odd(call, what, 1, shown);
    },
    sticky: async () => {
      if (jar) return api;
      // The client signs in first, because the session must use the node that issued the token; other nodes may
      // not know the token yet.
      await session.token();
      return createApi({ ...parts, unknownWords }, session.jar());
    },
  };
  return api;
}

/** Describes the first three fields that failed validation, each with its message. */
function describeIssues({ issues }: z.ZodError): string {
  const places = issues
    .slice(0, 3)
    .map(({ path, message }) => `${path.join('.') || 'the response'}: ${message}`);
  return places.join('; ');
}
