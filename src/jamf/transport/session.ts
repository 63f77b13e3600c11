import { z } from 'zod';
import type { Telemetry } from '../../telemetry/bus.js';
import { type CookieJar, createCookieJar } from './cookies.js';
import { JamfError } from '../../domain/jamf-error.js';
import type { Exchange } from './exchange.js';
import { notUnderstood } from './failure.js';
import { toInstant } from '../parsing/instant.js';
import { anything } from '../parsing/coerce.js';
import type { Answer } from './outcome.js';
import type { JamfAuth, JamfSettings, Tuning } from '../settings.js';
import { serverTime } from './retry-after.js';
import { basicOf, createTokenRequest, secretOf } from './token-request.js';

/** Manages the token that all calls of one client share. */
export interface Session {
  /**
   * Returns the current token. Requests a new one if there is none or it expires soon; concurrent calls share this
   * request.
   */
  token(): Promise<string>;
  /** Discards a token that Jamf Pro rejected. Does nothing if a newer token is in use. */
  refuse(token: string): void;
  /**
   * Keeps all calls on the cluster node that issued the token, until the token is a minute old. Returns false if the
   * token is already older, or if a newer token is in use.
   */
  stayOnIssuingNode(token: string): boolean;
  /** The cookies of the node that issued the token, while all calls must use this node; otherwise undefined. */
  issuingNode(): CookieJar | undefined;
  /** Copies the cookies of the cluster node that issued the token. Other nodes may not know the token for up to a minute. */
  jar(): CookieJar;
  /** Replaces the credentials and the latest tokens in a text with `[hidden]`. */
  redact(text: string): string;
}

interface Token {
  value: string;
  /** When the token was requested, epoch milliseconds. */
  issuedAt: number;
  /** True after a cluster node rejected the token because it did not know the token yet. */
  unknownToNode: boolean;
  /** When the token expires, on the clock of this process, epoch milliseconds. */
  expiresAt: number;
  /** When a new token is requested, epoch milliseconds. */
  renewAt: number;
}

/**
 * Lifetime of a token if the server returns no valid lifetime, milliseconds. A short value costs only an additional
 * token request.
 */
const UNKNOWN_LIFETIME_MS = 60_000;
/**
 * A token is renewed this long before it expires, milliseconds. Some servers issue tokens for only 60 s, so it is
 * renewed after four fifths of its lifetime if that is later.
 */
const RENEW_BEFORE_MS = 60_000;

/**
 * The nodes of a cluster synchronize about once a minute. During this time, other nodes may reject a new token.
 * Milliseconds.
 */
const NODE_LAG_MS = 60_000;

const oauthSchema = z.object({ access_token: z.string().min(1), expires_in: z.coerce.number().catch(0) });
const userSchema = z.object({ token: z.string().min(1), expires: anything });

/**
 * Signs in with client credentials (`POST` to `tokenPath`, RFC 6749, section 4.4; without `tokenPath`, the known paths
 * are tried) or a user account (`POST /api/v1/auth/token`). After a rejected sign-in, all calls receive the same error
 * for `refusalHeldMs`, so a wrong password does not lock the account.
 */
export function createSession(
  { auth, tokenPath }: Pick<JamfSettings, 'auth' | 'tokenPath'>,
  exchange: () => Exchange,
  {
    instance,
    telemetry,
    tuning,
    now,
  }: { instance: string; telemetry: Telemetry; tuning: Tuning; now: () => number },
): Session {
  let current: Token | null = null;
  let signingIn: Promise<string> | null = null;
  let refusal: { error: JamfError; until: number } | null = null;
  let jar = createCookieJar();
  const credentials = [secretOf(auth), ...basicOf(auth)];
  let tokens: readonly string[] = [];
  const requestToken = createTokenRequest(auth, tokenPath, exchange);

  const isYoung = ({ issuedAt }: Token) => now() - issuedAt < NODE_LAG_MS;

  const signIn = async (): Promise<string> => {
    if (refusal && refusal.until > now()) throw refusal.error;
    refusal = null;
    const cookies = createCookieJar();
    const requestedAt = now();
    const answer = await requestToken(cookies).catch((error: unknown) => {
      if (error instanceof JamfError && !error.retryable)
        refusal = { error, until: now() + tuning.refusalHeldMs };
      throw error;
    });
    const { value, lifetimeMs } = parseToken(auth, answer, instance, requestedAt);
    const renewBefore = Math.min(RENEW_BEFORE_MS, lifetimeMs / 5);
    // Earlier tokens are kept in order to remove them from errors, because calls in progress may still use them.
    tokens = [value, ...tokens].slice(0, 3);
    jar = cookies;
    const expiresAt = requestedAt + lifetimeMs;
    current = {
      value,
      issuedAt: requestedAt,
      unknownToNode: false,
      expiresAt,
      renewAt: expiresAt - renewBefore,
    };
    telemetry.emit('jamf.signedIn', { instance, validForMs: lifetimeMs });
    return value;
  };

  return {
    token: async () => {
      if (current && now() < current.renewAt) return current.value;
      signingIn ??= signIn().finally(() => {
        signingIn = null;
      });
      try {
        return await signingIn;
      } catch (error) {
        // The sign-in failed temporarily, but the current token is still valid.
        if (current && now() < current.expiresAt && error instanceof JamfError && error.retryable)
          return current.value;
        throw error;
      }
    },
    refuse: (token) => {
      if (current?.value === token) current = null;
    },
    stayOnIssuingNode: (token) => {
      if (current?.value !== token || !isYoung(current)) return false;
      current.unknownToNode = true;
      return true;
    },
    issuingNode: () => (current?.unknownToNode === true && isYoung(current) ? jar.copy() : undefined),
    jar: () => jar.copy(),
    redact: (text) =>
      [...credentials, ...tokens].reduce((hidden, value) => hidden.replaceAll(value, '[hidden]'), text),
  };
}

function parseToken(
  auth: JamfAuth,
  answer: Answer,
  instance: string,
  requestedAt: number,
): { value: string; lifetimeMs: number } {
  const lifetime = (ms: number) => (ms > 0 && Number.isFinite(ms) ? ms : UNKNOWN_LIFETIME_MS);
  if ('clientId' in auth) {
    const parsed = oauthSchema.safeParse(answer.json);
    if (!parsed.success) throw notUnderstood(instance, 'session.token', 'no access_token', answer);
    return { value: parsed.data.access_token, lifetimeMs: lifetime(parsed.data.expires_in * 1000) };
  }
  const parsed = userSchema.safeParse(answer.json);
  if (!parsed.success) throw notUnderstood(instance, 'session.token', 'no token', answer);
  // `expires` is a time on the clock of the server, so the lifetime is computed with the `Date` header of the
  // server.
  const expires = toInstant(parsed.data.expires) ?? 0;
  return {
    value: parsed.data.token,
    lifetimeMs: lifetime(expires - serverTime(answer.headers, requestedAt)),
  };
}
