import { z } from 'zod';
import { ROLES, VIAS } from '../roles.js';

/** Body of the request that opens a console session with an API token. */
export const signIn = z
  .strictObject({ token: z.string().min(1).max(512).describe('The API token with which to sign in.') })
  .meta({ id: 'SignIn' });

/** The signed-in user. */
export const whoIsIt = z
  .object({
    name: z.string().describe('Name under which the audit log records the actions of the user.'),
    role: z.enum(ROLES),
    via: z
      .enum(VIAS)
      .describe('How the user authenticated. session: a session that was opened with an API token.'),
    instances: z
      .array(z.string())
      .nullable()
      .describe('The Jamf Pro servers that the user may access; null for all.'),
  })
  .meta({ id: 'Who' });

/** Response of the request that ends a session. */
export const signedOut = z
  .object({
    signedOut: z.literal(true),
    continueAt: z
      .string()
      .nullable()
      .describe(
        'URL that ends the session at the identity provider; null when there is no such session. Redirect the browser to this URL.',
      ),
  })
  .meta({ id: 'SignedOut' });

/** Response of the request that ends all sessions of a user. */
export const sessionsEnded = z
  .object({
    user: z.string().describe('Name of the user, as in the audit log.'),
    ended: z.int().describe('Number of sessions that were ended.'),
    continueAt: signedOut.shape.continueAt,
  })
  .meta({ id: 'SessionsEnded' });

/** The sign-in methods that this installation offers, for the sign-in page. */
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

/** Body of the request that signs in with emergency access. */
export const breakGlassSignIn = z
  .strictObject({
    name: z.string().trim().min(2).max(60).describe('Your name, which the audit log records.'),
    password: z.string().min(1).max(512),
  })
  .meta({ id: 'BreakGlassSignIn' });
