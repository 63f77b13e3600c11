import { z } from 'zod';

/** Response of `GET /api/v1/settings`: the effective configuration. */
export const settingsAnswer = z
  .object({
    settings: z.array(
      z
        .object({
          path: z.string().describe('Path of the setting, such as instances.prod.profiles.okta.window.'),
          value: z.string().describe('Effective value of the setting; secrets are hidden.'),
          description: z.string(),
          isDefault: z.boolean().describe('Whether the effective value is the default.'),
        })
        .meta({ id: 'Setting' }),
    ),
  })
  .meta({ id: 'Settings' });
