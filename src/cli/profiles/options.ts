import { z } from 'zod';
import { profileId } from '../options.js';

/** Options of `recert profiles generate`, which writes a profile to files or creates it in Jamf Pro. */
export const generateOptions = z.object({
  name: z.string().trim().min(1).max(255).optional(),
  scepUrl: z
    .url({ protocol: /^https?$/, error: 'must be the SCEP URL from the Okta admin console' })
    .optional(),
  twinOf: profileId.optional(),
  challengeFile: z.string().optional(),
  out: z.string().default('okta-scep'),
  offline: z.boolean().default(false),
  create: z.boolean().default(false),
  dryRun: z.boolean().default(false),
  yes: z.boolean().default(false),
  instance: z.string().optional(),
});

/** Options of `recert profiles rotate`. */
export const rotateOptions = z.object({
  instance: z.string().optional(),
  profile: z.string().optional(),
  challengeFile: z.string().optional(),
});
