import { z } from 'zod';

/** The configuration in force. */
export const settingsAnswer = z
  .object({
    settings: z.array(
      z
        .object({
          path: z.string().describe('Where it stands, such as instances.prod.profiles.okta.window.'),
          value: z.string().describe('What is in force; secrets are hidden.'),
          description: z.string(),
          isDefault: z.boolean().describe('Whether it is what holds when nothing is written.'),
        })
        .meta({ id: 'Setting' }),
    ),
  })
  .meta({ id: 'Settings' });
