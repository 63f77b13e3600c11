import { webcrypto } from 'node:crypto';
import * as oidc from 'openid-client';
import type { OktaConfig } from '../config/sections/okta.js';
import { readKey } from '../config/values/private-key.js';
import { errorCodeOf, failureOf, OktaError, oktaErrorIn, signInFailure } from './failure.js';

/** A response of Okta. */
export interface OktaResponse {
  body: unknown;
  headers: Headers;
}

/** A signed-in service app. `get` throws only `OktaError`. */
export interface OktaSession {
  get(what: string, url: URL): Promise<OktaResponse>;
}

const SCOPES = ['okta.certificateAuthorities.read', 'okta.logs.read'];
const TIMEOUT_SECONDS = 30;
/** A token is renewed this long before it expires, milliseconds. */
const RENEW_MS = 5 * 60_000;
const MAX_BODY = 16 * 1024 * 1024;

interface Token {
  value: string;
  isBound: boolean;
  expiresAt: number;
}

/**
 * Creates the session of the service app: client credentials with `private_key_jwt` and DPoP (RFC 9449). The library
 * creates a new assertion and a new proof for each request and repeats a request for which Okta demands a nonce.
 */
export function createOktaSession(settings: OktaConfig, now: () => number = Date.now): OktaSession {
  let skewMs: number | null = null;
  let client: Promise<{ config: oidc.Configuration; dpop: oidc.DPoPHandle }> | null = null;
  let token: Token | null = null;
  const note: oidc.CustomFetch = async (address, options) => {
    const response = await fetch(address, options);
    const date = Date.parse(response.headers.get('date') ?? '');
    if (!Number.isNaN(date)) skewMs = date - Date.now();
    if (response.status === 429) throw new OktaError(failureOf('request', 429, null, response.headers), 429);
    return response;
  };
  const connect = () =>
    (client ??= createClient(settings, note).catch((error: unknown) => {
      client = null;
      throw error;
    }));

  async function signIn(): Promise<Token> {
    if (token !== null && token.expiresAt - RENEW_MS > now()) return token;
    const { config, dpop } = await connect();
    const grant = (scope: string) => oidc.clientCredentialsGrant(config, { scope }, { DPoP: dpop });
    const granted = await grant(SCOPES.join(' ')).catch(async (error: unknown) => {
      // A scope that is not granted spoils the whole request, so each scope is requested alone.
      if (!(error instanceof oidc.ResponseBodyError) || error.error !== 'invalid_scope') throw error;
      const [authorities = '', logs = ''] = SCOPES;
      return grant(logs).catch(() => grant(authorities));
    });
    token = {
      value: granted.access_token,
      isBound: granted.token_type === 'dpop',
      expiresAt: now() + (granted.expires_in ?? 3_600) * 1_000,
    };
    return token;
  }

  async function send(what: string, url: URL, isRepeat: boolean): Promise<OktaResponse> {
    const { value, isBound } = await signIn();
    const { config, dpop } = await connect();
    const headers = new Headers({ Accept: 'application/json', 'User-Agent': 'recert' });
    const response = await oidc
      .fetchProtectedResource(config, value, url, 'GET', undefined, headers, isBound ? { DPoP: dpop } : {})
      .catch((error: unknown) => {
        // The library throws when a response has the header WWW-Authenticate.
        if (error instanceof oidc.WWWAuthenticateChallengeError) return error.response;
        throw error;
      });
    const body = parse(await response.text());
    if (response.ok && body !== undefined) return { body, headers: response.headers };
    const isExpired = response.status === 401 && errorCodeOf(body) !== 'E0000015';
    if (isExpired) token = null;
    if (isExpired && !isRepeat) return send(what, url, true);
    if (response.ok) throw new OktaError({ kind: 'away', text: `${what}: the response is not JSON` });
    throw new OktaError(failureOf(what, response.status, body, response.headers), response.status);
  }

  return {
    get: (what, url) =>
      send(what, url, false).catch((error: unknown) => {
        throw oktaErrorIn(error) ?? new OktaError(signInFailure(error, skewMs));
      }),
  };
}

async function createClient(settings: OktaConfig, request: oidc.CustomFetch) {
  const { url, clientId, keyId, privateKey } = settings;
  const tokenUrl = new URL('/oauth2/v1/token', url).href;
  const key = { key: await importKey(privateKey.reveal()), kid: keyId };
  const authentication = oidc.PrivateKeyJwt(key, {
    [oidc.modifyAssertion]: (_header, payload) => {
      // Okta demands its token URL as the audience.
      payload['aud'] = tokenUrl;
    },
  });
  const config = new oidc.Configuration(
    { issuer: url, token_endpoint: tokenUrl },
    clientId,
    undefined,
    authentication,
  );
  if (new URL(url).protocol === 'http:') oidc.allowInsecureRequests(config);
  config.timeout = TIMEOUT_SECONDS;
  config[oidc.customFetch] = request;
  return { config, dpop: oidc.getDPoPHandle(config, await oidc.randomDPoPKeyPair('ES256')) };
}

async function importKey(text: string): Promise<webcrypto.CryptoKey> {
  const key = readKey(text);
  const algorithm =
    key.asymmetricKeyType === 'rsa'
      ? { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
      : { name: 'ECDSA', namedCurve: 'P-256' };
  const der = key.export({ type: 'pkcs8', format: 'der' });
  return webcrypto.subtle.importKey('pkcs8', der, algorithm, false, ['sign']);
}

/** Returns the JSON of a response; `undefined` if the text is no JSON or unreasonably long. */
function parse(text: string): unknown {
  if (text.length > MAX_BODY) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
