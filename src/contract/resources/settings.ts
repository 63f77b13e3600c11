import { z } from 'zod';

/** The effective configuration. */
export const settingsAnswer = z
  .object({
    settings: z.array(
      z
        .object({
          path: z.string().describe('Path of the setting, such as instances.prod.profiles.okta.window.'),
          value: z.string().describe('Effective value; secrets are hidden.'),
          description: z.string(),
          isDefault: z.boolean().describe('Whether the value is the default.'),
        })
        .meta({ id: 'Setting' }),
    ),
  })
  .meta({ id: 'Settings' });
