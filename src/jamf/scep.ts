import { createHmac, randomBytes } from 'node:crypto';
import { parse } from 'plist';
import { z } from 'zod';
import type { ScepSettings } from '../domain/scep.js';
import type { Api } from './api.js';
import { anything, section, text } from './lenient.js';

/** Never leaves the process: marks of challenges can be compared, and tell nothing. */
const KEY = randomBytes(32);

const number = z.number().nullable().catch(null);
const pair = z.tuple([z.string(), z.string()]);

/** Source: Apple's device management reference, SCEP payload. `Subject` is a list of RDNs, each a list of pairs. */
const contentSchema = section({
  URL: text,
  Name: text,
  Subject: z.array(z.array(pair)).catch([]),
  Keysize: number,
  'Key Usage': number,
  Challenge: text,
});

const payloadSchema = z.object({
  PayloadType: z.literal('com.apple.security.scep'),
  PayloadContent: contentSchema,
});

const rootSchema = z.object({ PayloadContent: z.array(anything) });

/** Of the profile only the payload is looked at, and of the payload nothing but the settings leaves this file. */
const profileSchema = z.object({
  os_x_configuration_profile: z.object({ general: z.object({ payloads: z.string() }) }),
});

/** The SCEP payloads of a profile. The challenge ends here. */
export async function readScep(api: Api, profileId: string): Promise<readonly ScepSettings[]> {
  const call = 'profiles.scep';
  const path = `/JSSResource/osxconfigurationprofiles/id/${encodeURIComponent(profileId)}`;
  const answer = await api.send({ call, method: 'GET', path, json: true });
  const { payloads } = api.understand(call, profileSchema, answer).os_x_configuration_profile.general;
  const settings = scepIn(payloads);
  return settings ?? api.refuse(call, 'payloads that are no property list of payloads');
}

/** `null` when the text cannot be read. What the parser says might quote it, and with it the challenge: it is not passed on. */
function scepIn(payloads: string): readonly ScepSettings[] | null {
  let root: unknown;
  try {
    root = parse(payloads);
  } catch {
    return null;
  }
  const parsed = rootSchema.safeParse(root);
  if (!parsed.success) return null;
  return parsed.data.PayloadContent.flatMap((payload) => {
    const scep = payloadSchema.safeParse(payload);
    return scep.success ? [settingsOf(scep.data.PayloadContent)] : [];
  });
}

function settingsOf(content: z.output<typeof contentSchema>): ScepSettings {
  const { Challenge: challenge } = content;
  return {
    url: content.URL,
    name: content.Name,
    subject: content.Subject.flat()
      .map(([attribute, value]) => `${attribute}=${value}`)
      .join(','),
    keySize: content.Keysize,
    keyUsage: content['Key Usage'],
    challengeMark: challenge === '' ? null : createHmac('sha256', KEY).update(challenge).digest('base64url'),
  };
}
