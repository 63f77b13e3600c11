import { z } from 'zod';
import { duration } from '../values/duration.js';
import { isPasswordHash } from '../values/password-hash.js';
import { secret } from '../values/secret.js';
import { HTTPS, isWebAddress } from '../values/web-address.js';

const groups = (may: string) =>
  z.array(z.string().min(1)).default([]).describe(`Groups whose members may ${may}.`);

const rolesSchema = z
  .strictObject({
    viewer: groups('look at everything'),
    operator: groups('redistribute, pause, sweep and replay, too'),
    admin: groups('make and revoke API tokens, too'),
  })
  .refine(({ viewer, operator, admin }) => [viewer, operator, admin].flat().length > 0, {
    error: 'names no group: nobody could sign in',
  })
  .describe('Who may what. Whoever is in several groups has the most of them.');

const oidcSchema = z
  .strictObject({
    issuer: z
      .url()
      .refine(isWebAddress, HTTPS)
      .describe('Address of the provider, such as https://example.okta.com.'),
    clientId: z.string().min(1).describe('Client id of the web app in Okta.'),
    clientSecret: secret().describe('Its secret.'),
    scopes: z
      .array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/, 'is no scope'))
      .default(['openid', 'profile', 'email', 'groups'])
      .describe('What is asked of the provider.'),
    groupsClaim: z.string().min(1).default('groups').describe('Claim that lists the groups of a person.'),
    label: z
      .string()
      .min(1)
      .max(40)
      .default('Okta')
      .describe('What the provider is called on the sign-in page.'),
    roles: rolesSchema,
  })
  .describe('Signing in with Okta, or any provider of OpenID Connect. Needs http.publicUrl.');

const breakGlassSchema = z
  .strictObject({
    hash: secret()
      .refine((one) => isPasswordHash(one.reveal()), 'is not what `recert break-glass hash` prints')
      .describe('Hash of the password, from `recert break-glass hash`; hashFile reads a file.'),
    role: z.enum(['viewer', 'operator', 'admin']).default('admin').describe('What who comes in so may do.'),
    life: duration().prefault('1h').describe('A session that was opened so ends after this time.'),
  })
  .describe('The login for the hour when the provider is what is broken. Each use is told as an incident.');

/** How people sign in, beside API tokens. */
export const signInSchema = z
  .strictObject({
    oidc: oidcSchema.optional(),
    breakGlass: breakGlassSchema.optional(),
    idle: duration()
      .prefault('2h')
      .describe('A session of which nothing was heard for so long ends; an open page is heard of.'),
    life: duration().prefault('12h').describe('A session ends after this time in any case.'),
  })
  .describe('How people sign in.');

/** As configured. */
export type SignInConfig = z.output<typeof signInSchema>;
/** The provider as configured. */
export type OidcConfig = NonNullable<SignInConfig['oidc']>;

/** What is wrong between signing in and the rest of the configuration. */
export function signInProblems({
  signIn,
  http,
}: {
  signIn: SignInConfig;
  http: { publicUrl?: string | undefined };
}): { path: readonly string[]; message: string }[] {
  return signIn.oidc && http.publicUrl === undefined
    ? [{ path: ['signIn', 'oidc'], message: 'who signed in there comes back to http.publicUrl: set it' }]
    : [];
}
