import type { Telemetry } from '../../telemetry/bus.js';
import type { JamfBreaker } from './breaker.js';
import { type CallName, factsOf } from '../resources/calls.js';
import type { CookieJar } from './cookies.js';
import { failureOf, type FailureReporter } from './failure.js';
import { type Fence, FencedError } from '../../domain/fence.js';
import type { Http } from './http.js';
import type { Limiter } from './limiter/limiter.js';
import { type Answer, labelOf, type Outcome } from './outcome.js';
import type { Throttle } from './throttle.js';
import { waitBeforeAgain } from './retry.js';
import type { Tuning } from '../settings.js';
import { retryAfterOf } from './retry-after.js';

/** One request to Jamf Pro, before the token is added. */
export interface JamfRequest {
  call: CallName;
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Path from the root of the server, such as `/api/v4/computers-inventory`. */
  path: string;
  query?: readonly (readonly [string, string])[];
  body?: { type: string; text: string };
  /** Whether a successful response must be JSON. If not, its body is ignored. */
  json: boolean;
  /**
   * Identifies the object that the call reads or writes. If Jamf Pro answers 500 several times for the same
   * object, the circuit breaker counts this once. Default: the request itself.
   */
  about?: string;
  /** True for a request that narrows down which record makes Jamf Pro fail. The circuit breaker ignores its 500 responses. */
  probe?: boolean;
  /**
   * True for a request whose result is optional for the calling code. It is not repeated, and the circuit breaker
   * ignores its failures.
   */
  optional?: boolean;
  /** HTTP statuses other than 2xx that the calling code handles. */
  accept?: readonly number[];
  /** Returns whether the calling code handles a response whose status is neither 2xx nor in `accept`. */
  handles?: ((answer: Answer) => boolean) | undefined;
  /** Secrets in the body. They are removed from errors, because Jamf Pro may repeat the request in its response. */
  hide?: readonly string[];
  /** Check that runs immediately before each attempt is sent, after every wait. */
  fence?: Fence;
}

/**
 * Sends a request with the given authorization. Throws a `JamfError` if the status is neither 2xx nor accepted,
 * and a `FencedError` if the check before a write (fence) refuses it.
 */
export type Exchange = (
  request: JamfRequest,
  who: { authorization?: string; jar?: CookieJar | undefined },
) => Promise<Answer>;

/** Dependencies of an exchange. */
export interface ExchangeParts {
  baseUrl: string;
  http: Http;
  limiter: Limiter;
  pace: Throttle;
  breaker: JamfBreaker;
  tuning: Tuning;
  telemetry: Telemetry;
  teller: FailureReporter;
  random: () => number;
  sleep: (ms: number) => Promise<void>;
}

/**
 * Creates an exchange. Each attempt waits for a free slot (concurrency limit) and is sent only while the circuit
 * breaker is not open. A failed request is sent again if a retry is safe.
 */
export function createExchange(parts: ExchangeParts): Exchange {
  const { pace, tuning, telemetry, teller, random, sleep } = parts;
  const { instance, now } = teller;
  return async (request, who) => {
    const { call } = request;
    for (let number = 1; ; number += 1) {
      await pace.ready();
      const outcome = await attempt(parts, request, who);
      if (outcome.kind === 'answer') {
        who.jar?.absorb(outcome.headers);
        holdAllCalls(outcome, parts);
        if (isExpected(outcome, request)) return outcome;
      }
      if (outcome.kind === 'no-answer' && outcome.reason === 'fenced') throw new FencedError(outcome.detail);
      const { safe } = factsOf(call);
      const waitMs = request.optional
        ? null
        : waitBeforeAgain(outcome, { number, safe, now: now(), random: random() }, tuning);
      if (waitMs === null) throw reportFailure(request, outcome, parts);
      telemetry.emit('jamf.retry', { instance, call, status: labelOf(outcome), attempt: number, waitMs });
      await sleep(waitMs);
    }
  };
}

function isExpected(answer: Answer, { accept = [], handles }: JamfRequest): boolean {
  const { status } = answer;
  return (status >= 200 && status < 300) || accept.includes(status) || handles?.(answer) === true;
}

async function attempt(
  { baseUrl, http, limiter, breaker, telemetry, teller }: ExchangeParts,
  request: JamfRequest,
  { authorization, jar }: { authorization?: string; jar?: CookieJar | undefined },
): Promise<Outcome> {
  const { call, method, path, query = [], body, json, fence, probe = false, optional = false } = request;
  const cookie = jar?.header() ?? '';
  const parameters = new URLSearchParams();
  for (const [name, value] of query) parameters.append(name, value);
  const target = `${path}${parameters.size === 0 ? '' : `?${parameters.toString()}`}`;
  const subject = { about: request.about ?? `${method} ${target}`, probe, optional };
  const wire = {
    method,
    url: `${baseUrl}${target}`,
    headers: {
      Accept: 'application/json',
      ...(authorization === undefined ? {} : { Authorization: authorization }),
      ...(cookie === '' ? {} : { Cookie: cookie }),
      ...(body ? { 'Content-Type': body.type } : {}),
    },
    body: body?.text,
    json,
    fresh: !factsOf(call).safe,
    fence,
  };
  return limiter(() =>
    breaker.guard(async () => {
      const startedAt = performance.now();
      const outcome = await http.attempt(wire);
      const durationMs = performance.now() - startedAt;
      const status = labelOf(outcome);
      if (status !== 'fenced')
        telemetry.emit('jamf.call', { instance: teller.instance, call, status, durationMs });
      return outcome;
    }, subject),
  );
}

/** Applies a wait that Jamf Pro requests to all calls, not only to the call that received the response. */
function holdAllCalls(answer: Answer, { pace, tuning, telemetry, teller }: ExchangeParts): void {
  const requestedMs = retryAfterOf(answer.headers, teller.now());
  if (requestedMs === null || requestedMs === 0) return;
  const durationMs = Math.min(requestedMs, tuning.patienceMs);
  if (pace.hold(durationMs)) telemetry.emit('jamf.held', { instance: teller.instance, durationMs });
}

function reportFailure(
  { call, hide = [] }: JamfRequest,
  outcome: Outcome,
  { telemetry, teller }: ExchangeParts,
): Error {
  const redact = (text: string) =>
    hide.reduce((hidden, secret) => hidden.replaceAll(secret, '[hidden]'), teller.redact(text));
  const error = failureOf(call, outcome, { ...teller, redact });
  telemetry.emit('jamf.failed', {
    instance: teller.instance,
    call,
    status: labelOf(outcome),
    error: error.message,
    inDoubt: error.inDoubt,
  });
  return error;
}
