import * as oidc from 'openid-client';
import { z } from 'zod';
import type { OidcConfig } from '../../config/sections/sign-in.js';
import type { StartedLogin } from './login-state.js';
import { ProviderDown, reasonOf, refusalOf, SignInRefused, untrusted } from './oidc-errors.js';

/** The user, as reported by the identity provider. */
export interface Identity {
  name: string;
  /** Names of the groups; `null` when the identity provider sent no groups claim. */
  groups: readonly string[] | null;
  idToken: string;
}

/** Client of the OpenID Connect identity provider, such as Okta. */
export interface Provider {
  /**
   * Starts a sign-in. Returns the URL of the identity provider to which the browser is redirected, and the state
   * to keep until the user returns. @throws ProviderDown
   */
  begin(next: string): Promise<{ url: string; attempt: StartedLogin }>;
  /**
   * Completes a sign-in with the query parameters that the identity provider sent to the callback URL. @throws
   * ProviderDown, SignInRefused
   */
  finish(query: Readonly<Record<string, string | undefined>>, attempt: StartedLogin): Promise<Identity>;
  /**
   * Returns the URL that ends the session at the identity provider; `null` when the provider has no such URL or
   * cannot be reached.
   */
  signOutUrl(idToken: string): Promise<string | null>;
}

/** Path of the redirect URI, which must be registered at the identity provider. */
export const CALLBACK_PATH = '/api/v1/session/oidc/callback';

const TIMEOUT_SECONDS = 8;
const CLOCK_TOLERANCE_SECONDS = 30;
/**
 * Delay before a failed discovery is repeated, milliseconds. The sign-in page is public, so without a delay every
 * visitor could cause a request.
 */
const RETRY_DELAY_MS = 3_000;

const claimsSchema = z.object({
  preferred_username: z.string().optional(),
  email: z.string().optional(),
  sub: z.string(),
});
const groupsSchema = z.union([z.array(z.string()), z.string().transform((group) => [group])]);

/**
 * Creates the client of the identity provider: authorization code flow with PKCE (RFC 7636), state and nonce. The
 * metadata of the provider is read at the first sign-in and not when the process starts, so Recert also starts while
 * the provider is down.
 */
export function createProvider(settings: OidcConfig, publicUrl: string, now: () => number): Provider {
  const { scopes, label } = settings;
  const redirectUri = new URL(CALLBACK_PATH, publicUrl).href;
  const discovery = createDiscovery(settings, now);

  return {
    async begin(next) {
      // The metadata is read again for every sign-in. This detects a provider that is down, which would otherwise
      // leave the user at an error page of the browser.
      const config = await discovery.repeat();
      const verifier = oidc.randomPKCECodeVerifier();
      const attempt: StartedLogin = {
        kind: 'begun',
        state: oidc.randomState(),
        nonce: oidc.randomNonce(),
        verifier,
        next,
      };
      const url = oidc.buildAuthorizationUrl(config, {
        redirect_uri: redirectUri,
        scope: scopes.join(' '),
        code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        state: attempt.state,
        nonce: attempt.nonce,
      });
      return { url: url.href, attempt };
    },

    async finish(query, { state, nonce, verifier }) {
      if (query.state !== state)
        throw new SignInRefused(
          `This response from ${label} belongs to a different sign-in. Start the sign-in again, in one browser tab.`,
        );
      const config = await discovery.cached();
      const url = new URL(redirectUri);
      for (const [name, value] of Object.entries(query))
        if (value !== undefined) url.searchParams.set(name, value);
      try {
        const tokens = await oidc.authorizationCodeGrant(config, url, {
          pkceCodeVerifier: verifier,
          expectedState: state,
          expectedNonce: nonce,
          idTokenExpected: true,
        });
        return await identityOf(config, tokens, settings);
      } catch (error) {
        throw refusalOf(error, label);
      }
    },

    async signOutUrl(idToken) {
      try {
        const config = await discovery.cached();
        if (config.serverMetadata().end_session_endpoint === undefined) return null;
        return oidc.buildEndSessionUrl(config, {
          id_token_hint: idToken,
          post_logout_redirect_uri: new URL('/', publicUrl).href,
        }).href;
      } catch {
        return null;
      }
    },
  };
}

/**
 * Reads the metadata of the identity provider (OpenID Connect discovery): `cached` reads it only at its first call,
 * `repeat` at every call. @throws ProviderDown
 */
interface Discovery {
  cached(): Promise<oidc.Configuration>;
  repeat(): Promise<oidc.Configuration>;
}

function createDiscovery({ issuer, clientId, clientSecret }: OidcConfig, now: () => number): Discovery {
  let discovered: Promise<oidc.Configuration> | null = null;
  let running: Promise<oidc.Configuration> | null = null;
  let retryAt = 0;

  /** Concurrent calls share one request to the identity provider, because the sign-in page is public. */
  function repeat(): Promise<oidc.Configuration> {
    if (running) return running;
    if (now() < retryAt) throw new ProviderDown('OpenID Connect discovery failed a moment ago');
    const answer = oidc
      .discovery(
        new URL(issuer),
        clientId,
        { [oidc.clockTolerance]: CLOCK_TOLERANCE_SECONDS },
        oidc.ClientSecretBasic(clientSecret.reveal()),
        {
          timeout: TIMEOUT_SECONDS,
          // The configuration schema allows an issuer with plain http only for localhost.
          execute: new URL(issuer).protocol === 'http:' ? [oidc.allowInsecureRequests] : [],
        },
      )
      .catch((error: unknown) => {
        discovered = null;
        retryAt = now() + RETRY_DELAY_MS;
        throw new ProviderDown(reasonOf(error));
      })
      .finally(() => {
        running = null;
      });
    discovered = answer;
    running = answer;
    return answer;
  }

  return { cached: () => discovered ?? repeat(), repeat };
}

async function identityOf(
  config: oidc.Configuration,
  tokens: Awaited<ReturnType<typeof oidc.authorizationCodeGrant>>,
  { label, groupsClaim }: OidcConfig,
): Promise<Identity> {
  const claims = tokens.claims();
  if (!claims || tokens.id_token === undefined) throw untrusted(label, 'no ID token');
  // Okta omits large claims from the ID token. The userinfo endpoint returns them.
  const userInfo =
    !(groupsClaim in claims) && config.serverMetadata().userinfo_endpoint !== undefined
      ? await oidc.fetchUserInfo(config, tokens.access_token, claims.sub)
      : {};
  const all: Readonly<Record<string, unknown>> = { ...userInfo, ...claims };
  const { preferred_username: username, email, sub } = claimsSchema.parse(all);
  return {
    name: username ?? email ?? sub,
    groups: groupsSchema.safeParse(all[groupsClaim]).data ?? null,
    idToken: tokens.id_token,
  };
}
