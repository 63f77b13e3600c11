import { isAbsolute } from 'node:path';
import { z } from 'zod';
import { profileId } from '../options.js';

/** Options of `recert init`. On a terminal, the command asks for missing values. */
export const initOptions = z.object({
  jamfUrl: z
    .url({
      protocol: /^https?$/,
      error: 'must be the address of Jamf Pro, such as https://example.jamfcloud.com',
    })
    .optional(),
  clientId: z.string().optional(),
  secretFile: z.string().optional(),
  profileId: profileId.optional(),
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,31}$/, 'must contain only a-z, 0-9 and -')
    .default('okta'),
  instance: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,31}$/, 'must contain only a-z, 0-9 and -')
    .default('prod'),
  publicUrl: z.url({ protocol: /^https?$/ }).optional(),
  redisUrl: z.string().default('redis://127.0.0.1:6379'),
  spool: z
    .string()
    .refine((folder) => isAbsolute(folder), 'must be an absolute path, such as /var/lib/recert/spool')
    .optional(),
  redistributeDays: z.coerce.number().int().min(1).max(180).optional(),
  out: z.string().default('recert.yaml'),
  force: z.boolean().default(false),
  webhooks: z.boolean().default(false),
});
