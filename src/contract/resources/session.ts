import { z } from 'zod';
import { ROLES, VIAS } from '../roles.js';

/** Request to sign in with an API token. */
export const signIn = z
  .strictObject({ token: z.string().min(1).max(512).describe('An API token.') })
  .meta({ id: 'SignIn' });

/** The signed-in user. */
export const whoIsIt = z
  .object({
    name: z.string().describe('Name in the audit log.'),
    role: z.enum(ROLES),
    via: z.enum(VIAS).describe('Authentication method. session: a session that was opened with a token.'),
    instances: z
      .array(z.string())
      .nullable()
      .describe('The Jamf Pro servers that the user may access; null for all.'),
  })
  .meta({ id: 'Who' });

/** The result of signing out. */
export const signedOut = z
  .object({
    signedOut: z.literal(true),
    continueAt: z
      .string()
      .nullable()
      .describe(
        'URL that ends the session at the identity provider; null when there is none. Redirect the browser to it.',
      ),
  })
  .meta({ id: 'SignedOut' });

/** The available sign-in methods. */
export const signInWays = z
  .object({
    oidc: z
      .object({ label: z.string(), path: z.string() })
      .nullable()
      .describe('The identity provider and the path that starts the sign-in; null when none is configured.'),
    breakGlass: z.boolean().describe('Whether emergency access is configured.'),
    refused: z
      .string()
      .nullable()
      .describe('Why the last sign-in of this browser was refused; returned once.'),
  })
  .meta({ id: 'SignInWays' });

/** Request to sign in with emergency access. */
export const breakGlassSignIn = z
  .strictObject({
    name: z.string().trim().min(2).max(60).describe('Your name, for the audit log.'),
    password: z.string().min(1).max(512),
  })
  .meta({ id: 'BreakGlassSignIn' });
