import { createHmac, randomBytes } from 'node:crypto';
import { parse } from 'plist';
import { z } from 'zod';
import type { ScepSettings } from '../../domain/scep.js';
import { parseXml } from '../../xml/parse.js';
import { anything, section, text, word } from './coerce.js';

/** Random per process. The HMAC of a challenge allows comparison within this process and does not reveal the challenge. */
const MARK_KEY = randomBytes(32);

/** Generous limit: profiles with certificates or icons have several megabytes. */
const MAX_CHARACTERS = 8 * 1024 * 1024;

/** The standard DOCTYPE of Apple property lists. A DOCTYPE with an internal subset does not match, so the XML parser rejects it. */
const DOCTYPE = /<!DOCTYPE plist[^>[]*>/;

const number = z.number().nullable().catch(null);
const toggle = z.boolean().nullable().catch(null);
const pair = z.tuple([z.string(), z.string()]);

/** SCEP payload (developer.apple.com, Device Management, `SCEP.PayloadContent`). `Subject` is a list of RDNs, each a list of pairs. */
const contentSchema = section({
  URL: text,
  Name: text,
  Subject: z.array(z.array(pair)).catch([]),
  'Key Type': word,
  Keysize: number,
  'Key Usage': number,
  KeyIsExtractable: toggle,
  AllowAllAppsAccess: toggle,
  Challenge: text,
});

const payloadSchema = z.object({
  PayloadType: z.literal('com.apple.security.scep'),
  PayloadContent: contentSchema,
});

const rootSchema = z.object({ PayloadContent: z.array(anything) });

/** A challenge that is a variable, replaced by Jamf Pro (`$NAME`) or by the Mac (`%Name%`). */
const VARIABLE = /^(\$[A-Z][A-Z_0-9]*|%[A-Za-z]+%)$/;

/**
 * Reads the settings of all SCEP payloads in the property list of a profile, without the challenges. `null` if the text is not readable.
 * Parser errors are discarded, because they may quote the challenge.
 */
export function scepIn(payloads: string): readonly ScepSettings[] | null {
  let root: unknown;
  try {
    const bare = payloads.replace(DOCTYPE, '');
    // The plist parser prints malformed input, with the challenge, to standard error. So it only receives well-formed XML.
    parseXml(bare, { limit: MAX_CHARACTERS });
    if (!isOnePlist(bare.trim())) return null;
    root = parse(bare);
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
  const attributes = content.Subject.flat().flatMap(splitAttribute);
  return {
    url: content.URL,
    name: content.Name,
    subject: attributes.map((attribute) => attribute.join('=')).join(','),
    attributes,
    keyType: content['Key Type'],
    keySize: content.Keysize,
    keyUsage: content['Key Usage'],
    extractable: content.KeyIsExtractable,
    allAppsAccess: content.AllowAllAppsAccess,
    challenge: challenge === '' ? 'none' : VARIABLE.test(challenge.trim()) ? 'variable' : 'static',
    challengeMark:
      challenge === '' ? null : createHmac('sha256', MARK_KEY).update(challenge).digest('base64url'),
  };
}

/** Splits a subject that was entered as one text in its first attribute: `CN` with the value `a,OU=b` gives two attributes. */
function splitAttribute([type, value]: [string, string]): [string, string][] {
  const [first = '', ...others] = value.split(/,\s*(?=[A-Za-z]+=)/);
  return [
    [type, first],
    ...others.map((part): [string, string] => {
      const at = part.indexOf('=');
      return [part.slice(0, at), part.slice(at + 1)];
    }),
  ];
}

/** True if the text ends with its only `</plist>`. The XML parser ignores content after the root element. */
function isOnePlist(text: string): boolean {
  const end = '</plist>';
  return text.endsWith(end) && text.indexOf(end) === text.length - end.length;
}
