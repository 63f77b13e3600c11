import * as oidc from 'openid-client';
import { z } from 'zod';
import type { OidcConfig } from '../../config/sections/sign-in.js';
import type { BegunAttempt } from './login-state.js';

/** The provider cannot be asked. `message` is for the log. */
export class ProviderDown extends Error {
  override readonly name = 'ProviderDown';
}

/** The provider answered, and nobody is let in. `message` is a sentence for the person. */
export class SignInRefused extends Error {
  override readonly name = 'SignInRefused';
}

/** Who somebody is, as the provider says. */
export interface Identity {
  name: string;
  /** `null` when the provider said nothing of groups. */
  groups: readonly string[] | null;
  idToken: string;
}

/** The provider of identities. */
export interface Provider {
  /** Where to send a person, and what to remember of it. @throws ProviderDown */
  begin(next: string): Promise<{ url: string; attempt: BegunAttempt }>;
  /** Who came back. @throws ProviderDown, SignInRefused */
  finish(query: Readonly<Record<string, string | undefined>>, attempt: BegunAttempt): Promise<Identity>;
  /** Where a person signs out, `null` when the provider has no such place or cannot be asked. */
  signOutUrl(idToken: string): Promise<string | null>;
}

/** Path to which the provider sends people back. */
export const CALLBACK_PATH = '/api/v1/session/oidc/callback';

const TIMEOUT_SECONDS = 8;
const CLOCK_TOLERANCE_SECONDS = 30;
/** After a failure it is not asked again for so long: everybody at the sign-in page would be asking. */
const REST_MS = 3_000;

const claimsSchema = z.object({
  preferred_username: z.string().optional(),
  email: z.string().optional(),
  sub: z.string(),
});
const groupsSchema = z.union([z.array(z.string()), z.string().transform((one) => [one])]);

/**
 * A provider of OpenID Connect: authorization code with PKCE (RFC 7636), state and nonce. It is looked up when somebody signs in and
 * not before, so that it holds up nothing when it is down.
 */
export function createProvider(settings: OidcConfig, publicUrl: string, now: () => number): Provider {
  const { issuer, clientId, clientSecret, scopes, groupsClaim, label } = settings;
  const redirectUri = new URL(CALLBACK_PATH, publicUrl).href;
  let found: Promise<oidc.Configuration> | null = null;
  let asking: Promise<oidc.Configuration> | null = null;
  let restUntil = 0;

  function discover(): Promise<oidc.Configuration> {
    return found ?? ask();
  }

  /** Whoever asks while an answer is on its way gets that one: the sign-in page is open to everybody. */
  function ask(): Promise<oidc.Configuration> {
    if (asking) return asking;
    if (now() < restUntil) throw new ProviderDown('it could not be asked a moment ago');
    const answer = oidc
      .discovery(
        new URL(issuer),
        clientId,
        { [oidc.clockTolerance]: CLOCK_TOLERANCE_SECONDS },
        oidc.ClientSecretBasic(clientSecret.reveal()),
        {
          timeout: TIMEOUT_SECONDS,
          // The schema lets plain http through to this machine alone.
          execute: new URL(issuer).protocol === 'http:' ? [oidc.allowInsecureRequests] : [],
        },
      )
      .catch((error: unknown) => {
        found = null;
        restUntil = now() + REST_MS;
        throw new ProviderDown(reasonOf(error));
      })
      .finally(() => {
        asking = null;
      });
    found = answer;
    asking = answer;
    return answer;
  }

  async function identityOf(
    config: oidc.Configuration,
    tokens: Awaited<ReturnType<typeof oidc.authorizationCodeGrant>>,
  ): Promise<Identity> {
    const claims = tokens.claims();
    if (!claims || tokens.id_token === undefined) throw untrusted(label, 'no id token');
    // Okta leaves what does not fit out of the id token and tells it when asked.
    const more =
      !(groupsClaim in claims) && config.serverMetadata().userinfo_endpoint !== undefined
        ? await oidc.fetchUserInfo(config, tokens.access_token, claims.sub)
        : {};
    const all: Readonly<Record<string, unknown>> = { ...more, ...claims };
    const { preferred_username: username, email, sub } = claimsSchema.parse(all);
    return {
      name: username ?? email ?? sub,
      groups: groupsSchema.safeParse(all[groupsClaim]).data ?? null,
      idToken: tokens.id_token,
    };
  }

  return {
    async begin(next) {
      // Asked each time: a person who is sent to a provider that has gone down since ends at an error of the browser's.
      const config = await ask();
      const verifier = oidc.randomPKCECodeVerifier();
      const attempt: BegunAttempt = {
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
          `This answer of ${label} belongs to another sign-in than the one begun here. Begin again, in one tab.`,
        );
      const config = await discover();
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
        return await identityOf(config, tokens);
      } catch (error) {
        throw refusalOf(error, label);
      }
    },

    async signOutUrl(idToken) {
      try {
        const config = await discover();
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

/** What to tell of whatever the library threw. Its own messages may quote what was sent: only its codes are told. */
function refusalOf(error: unknown, label: string): Error {
  if (error instanceof SignInRefused) return error;
  if (error instanceof oidc.AuthorizationResponseError)
    return new SignInRefused(
      error.error === 'access_denied'
        ? `${label} did not let you in. Are you assigned to the app of Recert there?`
        : `${label} answered ${codeOf(error.error)}. Begin again; if it stays, look at the app of Recert there.`,
    );
  if (error instanceof oidc.ResponseBodyError)
    return new SignInRefused(
      error.error === 'invalid_client'
        ? `${label} does not know Recert: are clientId and clientSecret those of the app there?`
        : `${label} did not accept the code (${codeOf(error.error)}). Begin again.`,
    );
  if (error instanceof oidc.ClientError && error.code !== undefined && !isTrouble(error))
    return untrusted(label, codeOf(error.code));
  return new ProviderDown(reasonOf(error));
}

function untrusted(label: string, why: string): SignInRefused {
  return new SignInRefused(
    `The answer of ${label} cannot be trusted (${why}), so nobody was signed in. Begin again.`,
  );
}

function isTrouble(error: oidc.ClientError): boolean {
  return [
    'OAUTH_TIMEOUT',
    'OAUTH_ABORT',
    'OAUTH_RESPONSE_IS_NOT_CONFORM',
    'OAUTH_RESPONSE_IS_NOT_JSON',
  ].includes(error.code ?? '');
}

function codeOf(text: string): string {
  return text.replace(/[^\w.-]/gu, '').slice(0, 60) || 'an error';
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const { cause } = error;
  const of = (one: Error) => {
    const code: unknown = Reflect.get(one, 'code');
    return typeof code === 'string' ? code : one.name;
  };
  return codeOf(cause instanceof Error ? of(cause) : of(error));
}
