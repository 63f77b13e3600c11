import { z } from 'zod';
import { ROLES, VIAS } from '../roles.js';

/** What signing in takes. */
export const signIn = z
  .strictObject({ token: z.string().min(1).max(512).describe('An API token.') })
  .meta({ id: 'SignIn' });

/** Who is signed in. */
export const whoIsIt = z
  .object({
    name: z.string().describe('As the audit trail shows it.'),
    role: z.enum(ROLES),
    via: z.enum(VIAS).describe('session: one that was opened with a token.'),
    instances: z.array(z.string()).nullable().describe('The Jamf Pro servers they may see; null for all.'),
  })
  .meta({ id: 'Who' });

/** The answer to signing out. */
export const signedOut = z
  .object({
    signedOut: z.literal(true),
    continueAt: z.string().nullable().describe('Where the provider ends its own session; go there.'),
  })
  .meta({ id: 'SignedOut' });

/** How one can sign in. */
export const signInWays = z
  .object({
    oidc: z
      .object({ label: z.string(), path: z.string() })
      .nullable()
      .describe('The provider, and where signing in there begins; null when none is configured.'),
    breakGlass: z.boolean().describe('Whether there is an emergency login.'),
    refused: z
      .string()
      .nullable()
      .describe('Why the last sign-in of this browser came to nothing; told once.'),
  })
  .meta({ id: 'SignInWays' });

/** What the emergency login takes. */
export const breakGlassSignIn = z
  .strictObject({
    name: z.string().trim().min(2).max(60).describe('Who you are, for the audit trail.'),
    password: z.string().min(1).max(512),
  })
  .meta({ id: 'BreakGlassSignIn' });
