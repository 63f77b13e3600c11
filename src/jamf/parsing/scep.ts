import { createHmac, randomBytes } from 'node:crypto';
import { parse } from 'plist';
import { z } from 'zod';
import type { ScepSettings } from '../../domain/scep.js';
import { parseXml } from '../../xml/parse.js';
import { anything, section, text, word } from './coerce.js';

/** Never leaves the process: marks of challenges can be compared, and tell nothing. */
const KEY = randomBytes(32);

/** Profiles with certificates or icons in them are large; Jamf itself takes no more than some megabytes. */
const MOST_CHARACTERS = 8 * 1024 * 1024;

/** The one that Apple writes; one that defines anything stays, and is refused. */
const DOCTYPE = /<!DOCTYPE plist[^>[]*>/;

const number = z.number().nullable().catch(null);
const toggle = z.boolean().nullable().catch(null);
const pair = z.tuple([z.string(), z.string()]);

/** Source: Apple's device management reference, SCEP payload. `Subject` is a list of RDNs, each a list of pairs. */
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

/** A challenge that Jamf or the Mac fills in. Source: payload variables of Jamf Pro (`$NAME`) and of Apple (`%Name%`). */
const VARIABLE = /^(\$[A-Z][A-Z_0-9]*|%[A-Za-z]+%)$/;

/**
 * The SCEP payloads in the text of a profile; the challenge ends here.
 * `null` when the text cannot be read. What the parser says might quote it, and with it the challenge: it is not passed on.
 */
export function scepIn(payloads: string): readonly ScepSettings[] | null {
  let root: unknown;
  try {
    const bare = payloads.replace(DOCTYPE, '');
    // The parser of property lists quotes what is malformed on standard error, whoever catches: it only sees what is well-formed.
    parseXml(bare, { limit: MOST_CHARACTERS });
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
  const attributes = content.Subject.flat().flatMap(split);
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
    challengeMark: challenge === '' ? null : createHmac('sha256', KEY).update(challenge).digest('base64url'),
  };
}

/** A subject that was typed as one text stands in its first attribute: `a,OU=b` are two. */
function split([type, value]: [string, string]): [string, string][] {
  const [first = '', ...others] = value.split(/,\s*(?=[A-Za-z]+=)/);
  return [
    [type, first],
    ...others.map((part): [string, string] => {
      const at = part.indexOf('=');
      return [part.slice(0, at), part.slice(at + 1)];
    }),
  ];
}

/** Whether there is nothing behind the first element, which our parser would overlook. */
function isOnePlist(text: string): boolean {
  const end = '</plist>';
  return text.endsWith(end) && text.indexOf(end) === text.length - end.length;
}
