import * as oidc from 'openid-client';
import { z } from 'zod';
import type { OktaFailure } from '../domain/okta/state.js';

const bodySchema = z.object({ errorCode: z.string().max(20).regex(/^\w+$/) });
/** Wait without a usable header, milliseconds. Limits of Okta are counted by the minute. */
const DEFAULT_WAIT_MS = 60_000;
const MAX_WAIT_MS = 15 * 60_000;
/** Difference of clocks that is named in a failed sign-in, milliseconds. Okta refuses proofs that are 5 minutes old. */
const SKEW_MS = 60_000;

/** A response that was not usable. */
export class OktaError extends Error {
  override readonly name = 'OktaError';
  readonly failure: OktaFailure;
  /** HTTP status of the response; `null` if there was none. */
  readonly status: number | null;

  constructor(failure: OktaFailure, status: number | null = null) {
    super(failure.text);
    this.failure = failure;
    this.status = status;
  }
}

/** Error code of an Okta error body, such as E0000015; `''` if the body has none. */
export function errorCodeOf(body: unknown): string {
  return bodySchema.safeParse(body).data?.errorCode ?? '';
}

/** Converts a response with an error status. Decides by status and error code; texts of Okta are not used. */
export function failureOf(what: string, status: number, body: unknown, headers: Headers): OktaFailure {
  const code = errorCodeOf(body);
  const answered = `${what}: Okta answered HTTP ${status}${code === '' ? '' : ` ${code}`}`;
  if (status === 429) return { kind: 'limited', text: `${answered} (rate limit)`, waitMs: waitOf(headers) };
  if (status === 401 && code !== 'E0000015')
    return { kind: 'refused', text: `${answered}. Check the service app in Okta` };
  if (status === 401 || status === 403 || status === 404)
    return {
      kind: 'not-available',
      text: `${answered}. Check that the feature is enabled, and that the service app has the scope and an administrator role`,
    };
  return { kind: 'away', text: answered };
}

/**
 * How long to wait after a rate limit, milliseconds: `Retry-After`, or the end of the limit on the clock of Okta. With
 * the concurrency limit, which reports a limit of 0, the end has no meaning (developer.okta.com, rate limits).
 */
function waitOf(headers: Headers): number {
  const seconds = (name: string) => Number(headers.get(name) ?? Number.NaN);
  const after = seconds('retry-after');
  const until = seconds('x-rate-limit-reset') * 1_000 - Date.parse(headers.get('date') ?? '') + 1_000;
  const isConcurrency = seconds('x-rate-limit-limit') === 0;
  const waitMs = after > 0 ? after * 1_000 : isConcurrency ? Number.NaN : until;
  return waitMs > 0 ? Math.min(waitMs, MAX_WAIT_MS) : DEFAULT_WAIT_MS;
}

/** Returns the `OktaError` that an error is or was caused by; the library wraps errors of the request. */
export function oktaErrorIn(error: unknown): OktaError | null {
  if (error instanceof OktaError) return error;
  return error instanceof Error && error.cause !== undefined ? oktaErrorIn(error.cause) : null;
}

/** Converts an error of the library or of the network. Messages of the library may contain a request, so only codes are used. */
export function signInFailure(error: unknown, skewMs: number | null): OktaFailure {
  if (error instanceof oidc.ResponseBodyError || error instanceof oidc.WWWAuthenticateChallengeError) {
    const code = error instanceof oidc.ResponseBodyError ? error.error : 'invalid token';
    return {
      kind: 'refused',
      text: `Okta refused the sign-in of the service app (${word(code)})${skewText(skewMs)}`,
    };
  }
  const source = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code: unknown = source instanceof Error ? (Reflect.get(source, 'code') ?? source.name) : '';
  return {
    kind: 'away',
    text: `Okta could not be reached (${typeof code === 'string' && code !== '' ? word(code) : 'no response'})`,
  };
}

function word(text: string): string {
  return text.replace(/[^\w. -]/gu, '').slice(0, 60);
}

function skewText(skewMs: number | null): string {
  if (skewMs === null || Math.abs(skewMs) < SKEW_MS) return '. Check client ID, key, key ID and scopes';
  const minutes = Math.round(Math.abs(skewMs) / 60_000);
  return `. The clock of this machine is ${minutes} min ${skewMs > 0 ? 'behind' : 'ahead of'} the clock of Okta; correct it`;
}
