import { z } from 'zod';
import { duration } from '../values/duration.js';
import { isPasswordHash } from '../values/password-hash.js';
import { secret } from '../values/secret.js';
import { HTTPS, isWebAddress } from '../values/web-address.js';

const groups = (permission: string) =>
  z.array(z.string().min(1)).default([]).describe(`Groups whose members may ${permission}.`);

const rolesSchema = z
  .strictObject({
    viewer: groups('view everything'),
    operator: groups('also redistribute, pause, sweep and replay'),
    admin: groups('also create and revoke API tokens'),
  })
  .refine(({ viewer, operator, admin }) => [viewer, operator, admin].flat().length > 0, {
    error: 'has no group, so no user could sign in. Add at least one',
  })
  .describe(
    'Groups whose members have each role. A member of several groups has the highest of their roles.',
  );

const oidcSchema = z
  .strictObject({
    issuer: z
      .url()
      .refine(isWebAddress, HTTPS)
      .describe('Issuer URL of the identity provider, such as https://example.okta.com.'),
    clientId: z.string().min(1).describe('Client ID of the OIDC web app at the identity provider.'),
    clientSecret: secret().describe('Client secret of the OIDC web app.'),
    scopes: z
      .array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/, 'is not an OAuth scope'))
      .default(['openid', 'profile', 'email', 'groups'])
      .describe('OAuth scopes that Recert requests from the identity provider.'),
    groupsClaim: z
      .string()
      .min(1)
      .default('groups')
      .describe('ID token claim that lists the groups of a user.'),
    label: z
      .string()
      .min(1)
      .max(40)
      .default('Okta')
      .describe('Name of the identity provider on the sign-in page.'),
    roles: rolesSchema,
    life: duration()
      .prefault('8h')
      .describe(
        'A session that was opened at the identity provider ends after this time, or after signIn.life if that is shorter. Recert reads the groups of a user only at sign-in, so this is the longest time for which a user keeps a role after leaving its group.',
      ),
  })
  .describe('Sign-in with Okta or any other OpenID Connect provider. Requires http.publicUrl.');

const breakGlassSchema = z
  .strictObject({
    hash: secret()
      .refine((hash) => isPasswordHash(hash.reveal()), 'is not a hash from `recert break-glass hash`')
      .describe(
        'Hash of the emergency password, printed by `recert break-glass hash`; hashFile reads it from a file.',
      ),
    role: z.enum(['viewer', 'operator', 'admin']).default('admin').describe('Role of the emergency session.'),
    life: duration().prefault('1h').describe('Maximum duration of the emergency session.'),
  })
  .describe(
    'Emergency access for times when the identity provider is unavailable. Each use opens an incident.',
  );

/** Schema of the sign-in of users to the console. API tokens have their own setting, `tokens`. */
export const signInSchema = z
  .strictObject({
    oidc: oidcSchema.optional(),
    breakGlass: breakGlassSchema.optional(),
    idle: duration()
      .prefault('2h')
      .describe('A session ends after this time without activity. An open console page counts as activity.'),
    life: duration().prefault('12h').describe('A session ends after this time, regardless of activity.'),
  })
  .describe('Sign-in of users to the console.');

export type SignInConfig = z.output<typeof signInSchema>;
/** The parsed configuration of the OpenID Connect identity provider. */
export type OidcConfig = NonNullable<SignInConfig['oidc']>;

/** Checks the sign-in settings against the `http` settings. Returns one problem for each invalid setting. */
export function signInProblems({
  signIn,
  http,
}: {
  signIn: SignInConfig;
  http: { publicUrl?: string | undefined };
}): { path: readonly string[]; message: string }[] {
  return signIn.oidc && http.publicUrl === undefined
    ? [
        {
          path: ['signIn', 'oidc'],
          message: 'needs http.publicUrl, because the identity provider redirects users back to that URL',
        },
      ]
    : [];
}
