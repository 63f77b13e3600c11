import * as oidc from 'openid-client';

/** The identity provider cannot be reached. The message is written to the log and not shown to the user. */
export class ProviderDown extends Error {
  override readonly name = 'ProviderDown';
}

/** The identity provider responded, but the sign-in is refused. The message is shown to the user. */
export class SignInRefused extends Error {
  override readonly name = 'SignInRefused';
}

/**
 * Converts an error of the library openid-client to `SignInRefused` or `ProviderDown`. Only error codes of the library
 * are used, because its messages may contain data of the request.
 */
export function refusalOf(error: unknown, label: string): Error {
  if (error instanceof SignInRefused) return error;
  if (error instanceof oidc.AuthorizationResponseError)
    return new SignInRefused(
      error.error === 'access_denied'
        ? `${label} denied access. Check in ${label} that you are assigned to the Recert app.`
        : `${label} answered ${codeOf(error.error)}. Start the sign-in again. If the error persists, check the Recert app in ${label}.`,
    );
  if (error instanceof oidc.ResponseBodyError)
    return new SignInRefused(
      error.error === 'invalid_client'
        ? `${label} did not accept the client credentials of Recert. Check that clientId and clientSecret match the Recert app in ${label}.`
        : `${label} did not accept the authorization code (${codeOf(error.error)}). Start the sign-in again.`,
    );
  if (error instanceof oidc.ClientError && error.code !== undefined && !isTransportError(error))
    return untrusted(label, codeOf(error.code));
  return new ProviderDown(reasonOf(error));
}

/**
 * Creates the error for a response of the identity provider that is not valid, such as a wrong signature. `why` is
 * shown to the user.
 */
export function untrusted(label: string, why: string): SignInRefused {
  return new SignInRefused(
    `The response from ${label} is invalid (${why}). You are not signed in. Start the sign-in again.`,
  );
}

function isTransportError(error: oidc.ClientError): boolean {
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

/** Returns the error code of a failed request to the identity provider, for the log. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const { cause } = error;
  const source = cause instanceof Error ? cause : error;
  const code: unknown = Reflect.get(source, 'code');
  return codeOf(typeof code === 'string' ? code : source.name);
}
