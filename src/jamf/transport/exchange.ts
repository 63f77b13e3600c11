import type { Telemetry } from '../../telemetry/bus.js';
import type { Breaker } from './breaker.js';
import { type CallName, factsOf } from '../resources/calls.js';
import type { CookieJar } from './cookies.js';
import { failureOf, type Teller } from './failure.js';
import type { Http } from './http.js';
import type { Limiter } from './limiter.js';
import { type Answer, labelOf, type Outcome } from './outcome.js';
import type { Pace } from './throttle.js';
import { waitBeforeAgain } from './retry.js';
import type { Tuning } from '../settings.js';
import { askedToWait } from './retry-after.js';

/** One call as the rooms ask for it. */
export interface JamfRequest {
  call: CallName;
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** From the root of the server, such as `/api/v4/computers-inventory`. */
  path: string;
  query?: readonly (readonly [string, string])[];
  body?: { type: string; text: string };
  /** True when the answer must be JSON once it succeeds; else its body is not looked at. */
  json: boolean;
  /** Statuses beside 2xx that the caller handles itself. */
  accept?: readonly number[];
  /** Secrets in the body: should Jamf repeat one, no error does. */
  hide?: readonly string[];
}

/** Makes calls that are not, or already, signed in; throws a `JamfError` for what neither succeeds nor is accepted. */
export type Exchange = (
  request: JamfRequest,
  who: { authorization?: string; jar?: CookieJar | undefined },
) => Promise<Answer>;

/** What an exchange is made of. */
export interface ExchangeParts {
  baseUrl: string;
  http: Http;
  limiter: Limiter;
  pace: Pace;
  breaker: Breaker;
  tuning: Tuning;
  telemetry: Telemetry;
  teller: Teller;
  random: () => number;
  sleep: (ms: number) => Promise<void>;
}

/** Attempts within the limit and the breaker, told to telemetry, repeated as far as that is safe. */
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
        keepQuiet(outcome, parts);
        if (isExpected(outcome.status, request)) return outcome;
      }
      const { safe } = factsOf(call);
      const waitMs = waitBeforeAgain(outcome, { number, safe, now: now(), random: random() }, tuning);
      if (waitMs === null) throw giveUp(request, outcome, parts);
      telemetry.emit('jamf.retry', { instance, call, status: labelOf(outcome), attempt: number, waitMs });
      await sleep(waitMs);
    }
  };
}

const isExpected = (status: number, { accept = [] }: JamfRequest) =>
  (status >= 200 && status < 300) || accept.includes(status);

async function attempt(
  { baseUrl, http, limiter, breaker, telemetry, teller }: ExchangeParts,
  request: JamfRequest,
  { authorization, jar }: { authorization?: string; jar?: CookieJar | undefined },
): Promise<Outcome> {
  const { call, method, path, query = [], body, json } = request;
  const cookie = jar?.header() ?? '';
  const parameters = new URLSearchParams();
  for (const [name, value] of query) parameters.append(name, value);
  const wire = {
    method,
    url: `${baseUrl}${path}${parameters.size === 0 ? '' : `?${parameters.toString()}`}`,
    headers: {
      Accept: 'application/json',
      ...(authorization === undefined ? {} : { Authorization: authorization }),
      ...(cookie === '' ? {} : { Cookie: cookie }),
      ...(body ? { 'Content-Type': body.type } : {}),
    },
    body: body?.text,
    json,
    fresh: !factsOf(call).safe,
  };
  return limiter(() =>
    breaker.guard(async () => {
      const startedAt = performance.now();
      const outcome = await http.attempt(wire);
      const durationMs = performance.now() - startedAt;
      telemetry.emit('jamf.call', { instance: teller.instance, call, status: labelOf(outcome), durationMs });
      return outcome;
    }),
  );
}

/** When Jamf asks for quiet, all calls keep it, not only the one that was answered so. */
function keepQuiet(answer: Answer, { pace, tuning, telemetry, teller }: ExchangeParts): void {
  const asked = askedToWait(answer.headers, teller.now());
  if (asked === null || asked === 0) return;
  const durationMs = Math.min(asked, tuning.patienceMs);
  if (pace.hold(durationMs)) telemetry.emit('jamf.held', { instance: teller.instance, durationMs });
}

function giveUp(
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
