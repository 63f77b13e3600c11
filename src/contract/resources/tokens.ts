import { z } from 'zod';
import { ROLES } from '../roles.js';
import { instant, instantOrNull } from '../common.js';

const named = {
  name: z.string().trim().min(1).max(80).describe('Who holds it: the audit trail shows this.'),
  role: z.enum(ROLES).describe('What the holder may do.'),
};
const lastDay = z.iso.date('write a day like 2027-12-31').describe('Last day on which it is good, in UTC.');

/** A token to be made. */
export const tokenRequest = z
  .strictObject({
    ...named,
    instances: z
      .array(z.string().min(1).max(32))
      .min(1)
      .max(50)
      .optional()
      .describe('Jamf Pro servers that it is for; all of them when left out.'),
    expires: lastDay,
  })
  .meta({ id: 'TokenRequest' });

const token = z
  .object({
    id: z.string(),
    ...named,
    instances: z.array(z.string()).nullable().describe('Null: all Jamf Pro servers.'),
    expires: z.string().nullable().describe('Last day on which it is good, in UTC; null: for ever.'),
    expired: z.boolean(),
    source: z.enum(['configuration', 'issued']).describe('One of the configuration is revoked there.'),
    createdAt: instantOrNull,
    createdBy: z.string().nullable(),
    lastUsedAt: instantOrNull.describe('To the minute; null when it was not used yet.'),
  })
  .meta({ id: 'Token' });

/** As a list shows it. */
export type TokenView = z.input<typeof token>;

/** All tokens. */
export const tokenList = z.object({ tokens: z.array(token) }).meta({ id: 'TokenList' });

/** The answer to a token that was made: the only time that it is seen. */
export const tokenIssued = z
  .object({ token, secret: z.string().describe('The token itself. It is shown this once and kept nowhere.') })
  .meta({ id: 'TokenIssued' });

/** The answer to one that was revoked. */
export const tokenRevoked = z
  .object({ revoked: z.literal(true), name: z.string(), at: instant })
  .meta({ id: 'TokenRevoked' });
