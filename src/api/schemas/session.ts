import { z } from 'zod';
import { ROLES } from '../roles.js';

/** What signing in takes. */
export const signIn = z
  .strictObject({ token: z.string().min(1).max(512).describe('An API token.') })
  .meta({ id: 'SignIn' });

/** Who is signed in. */
export const whoIsIt = z
  .object({
    name: z.string().describe('As the audit trail shows it.'),
    role: z.enum(ROLES),
    via: z.enum(['token', 'session']),
  })
  .meta({ id: 'Who' });

/** The answer to signing out. */
export const signedOut = z.object({ signedOut: z.literal(true) }).meta({ id: 'SignedOut' });
