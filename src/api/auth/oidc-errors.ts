import * as oidc from 'openid-client';

/** The identity provider cannot be reached. `message` is for the log. */
export class ProviderDown extends Error {
  override readonly name = 'ProviderDown';
}

/** The identity provider answered, but the sign-in is refused. `message` is shown to the user. */
export class SignInRefused extends Error {
  override readonly name = 'SignInRefused';
}

/** Converts an error of the library. Its messages may contain the data that was sent, so only its error codes are shown. */
export function refusalOf(error: unknown, label: string): Error {
  if (error instanceof SignInRefused) return error;
  if (error instanceof oidc.AuthorizationResponseError)
    return new SignInRefused(
      error.error === 'access_denied'
        ? `${label} denied access. Check that you are assigned to the Recert app there.`
        : `${label} answered ${codeOf(error.error)}. Start again. If the error persists, check the Recert app there.`,
    );
  if (error instanceof oidc.ResponseBodyError)
    return new SignInRefused(
      error.error === 'invalid_client'
        ? `${label} did not accept the client credentials of Recert. Check that clientId and clientSecret match the app there.`
        : `${label} did not accept the authorization code (${codeOf(error.error)}). Start again.`,
    );
  if (error instanceof oidc.ClientError && error.code !== undefined && !isTransportError(error))
    return untrusted(label, codeOf(error.code));
  return new ProviderDown(reasonOf(error));
}

/** Creates the refusal of an invalid response. */
export function untrusted(label: string, why: string): SignInRefused {
  return new SignInRefused(
    `The response from ${label} is invalid (${why}). You are not signed in. Start again.`,
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

/** Returns the error code of a failed request, for the log. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const { cause } = error;
  const source = cause instanceof Error ? cause : error;
  const code: unknown = Reflect.get(source, 'code');
  return codeOf(typeof code === 'string' ? code : source.name);
}
