import { z } from 'zod';
import { ROLES } from '../roles.js';
import { instant, instantOrNull } from '../common.js';

const named = {
  name: z.string().trim().min(1).max(80).describe('Name of the token holder, shown in the audit log.'),
  role: z.enum(ROLES).describe('Role of the token holder.'),
};
const lastDay = z.iso
  .date('must be a date such as 2027-12-31')
  .describe('Last day on which the token is valid, in UTC.');

/** Body of the request that creates an API token. */
export const tokenRequest = z
  .strictObject({
    ...named,
    instances: z
      .array(z.string().min(1).max(32))
      .min(1)
      .max(50)
      .optional()
      .describe(
        'Jamf Pro servers that the token may access. If it is omitted, the token may access all servers.',
      ),
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
    expires: z
      .string()
      .nullable()
      .describe('Last day on which the token is valid, in UTC; null when the token never expires.'),
    expired: z.boolean(),
    source: z
      .enum(['configuration', 'issued'])
      .describe(
        'Where the token was created. A token in the configuration file can be revoked only by removing it from the file.',
      ),
    createdAt: instantOrNull,
    createdBy: z.string().nullable(),
    lastUsedAt: instantOrNull.describe(
      'Time at which the token was last used, accurate to the minute; null when it has never been used.',
    ),
  })
  .meta({ id: 'Token' });

/** A token in the list of API tokens, without its secret. */
export type TokenView = z.input<typeof token>;

export const tokenList = z.object({ tokens: z.array(token) }).meta({ id: 'TokenList' });

/** Response of the request that creates a token. Only this response contains the secret. */
export const tokenIssued = z
  .object({ token, secret: z.string().describe('The new token. It is shown only once and is not stored.') })
  .meta({ id: 'TokenIssued' });

/** Response of the request that revokes a token. */
export const tokenRevoked = z
  .object({ revoked: z.literal(true), name: z.string(), at: instant })
  .meta({ id: 'TokenRevoked' });
