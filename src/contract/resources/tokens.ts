import { z } from 'zod';
import { ROLES } from '../roles.js';
import { instant, instantOrNull } from '../common.js';

const named = {
  name: z.string().trim().min(1).max(80).describe('Name of the holder, shown in the audit log.'),
  role: z.enum(ROLES).describe('Role of the holder.'),
};
const lastDay = z.iso.date('must be a date such as 2027-12-31').describe('Last valid day, in UTC.');

/** Request to create a token. */
export const tokenRequest = z
  .strictObject({
    ...named,
    instances: z
      .array(z.string().min(1).max(32))
      .min(1)
      .max(50)
      .optional()
      .describe('Jamf Pro servers that the token may access. Default: all servers.'),
    expires: lastDay,
  })
  .meta({ id: 'TokenRequest' });

const token = z
  .object({
    id: z.string(),
    ...named,
    instances: z
      .array(z.string())
      .nullable()
      .describe('Jamf Pro servers that the token may access; null for all.'),
    expires: z.string().nullable().describe('Last valid day, in UTC; null when the token never expires.'),
    expired: z.boolean(),
    source: z
      .enum(['configuration', 'issued'])
      .describe('A token of the configuration can be revoked only there.'),
    createdAt: instantOrNull,
    createdBy: z.string().nullable(),
    lastUsedAt: instantOrNull.describe(
      'Time of last use, accurate to the minute; null when it has not been used yet.',
    ),
  })
  .meta({ id: 'Token' });

/** A token as an item of the list. */
export type TokenView = z.input<typeof token>;

/** All tokens. */
export const tokenList = z.object({ tokens: z.array(token) }).meta({ id: 'TokenList' });

/** A created token. Only this response contains its secret. */
export const tokenIssued = z
  .object({ token, secret: z.string().describe('The token. It is shown only once and is not stored.') })
  .meta({ id: 'TokenIssued' });

/** The result of revoking a token. */
export const tokenRevoked = z
  .object({ revoked: z.literal(true), name: z.string(), at: instant })
  .meta({ id: 'TokenRevoked' });
