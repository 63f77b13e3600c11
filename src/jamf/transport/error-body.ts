import { z } from 'zod';
import { isObject, listOf, text as lenientText } from '../parsing/coerce.js';

/** Maximum length of a quoted error text, in characters. */
const MAX_QUOTED_CHARACTERS = 300;

const causeSchema = z.object({ code: lenientText, field: lenientText, description: lenientText });
const oauthSchema = z.object({ error: z.string(), error_description: lenientText });

/**
 * Returns the error text of a response, in one line; `''` if there is none. Jamf Pro API: `{ httpStatus, errors:
 * [{ code, field, description }] }`, whose list may be empty. Token endpoint: RFC 6749, section 5.2. Classic API:
 * an HTML page with `<p>Error: …</p>`. Otherwise: the title of the HTML page, or the plain text.
 */
export function errorTextOf(body: string): string {
  const json = asJson(body);
  if (json !== undefined) return oneLine(saidInJson(json));
  const error = /<p>\s*Error:\s*([^<]*)<\/p>/i.exec(body)?.[1];
  if (error !== undefined) return oneLine(unescape(error));
  const title = titleOf(body);
  if (title !== '') return title;
  return body.includes('<') ? '' : oneLine(body);
}

/** True for an error of a token endpoint (RFC 6749, section 5.2), whose codes are lower case. */
export function isOauthError(body: string): boolean {
  const oauth = oauthSchema.safeParse(asJson(body));
  return oauth.success && /^[a-z_]+$/.test(oauth.data.error);
}

/** Returns the title of an HTML page; `''` if it has none. */
export function titleOf(body: string): string {
  return oneLine(unescape(/<title>([^<]*)<\/title>/i.exec(body)?.[1] ?? ''));
}

function saidInJson(json: unknown): string {
  const oauth = oauthSchema.safeParse(json);
  if (oauth.success) return [oauth.data.error, oauth.data.error_description].filter(Boolean).join(': ');
  return listOf(causeSchema, isObject(json) ? json.errors : [])
    .map(({ code, field, description }) =>
      [code, field === '' ? '' : `field ${field}`, description].filter(Boolean).join(': '),
    )
    .join('; ');
}

function asJson(body: string): unknown {
  if (!/^\s*[{[]/.test(body)) return undefined;
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return undefined;
  }
}

/** Replaces line breaks and control characters, and truncates the text, so it fits into one log line. */
function oneLine(text: string): string {
  const line = text.replace(/[\s\p{C}]+/gu, ' ').trim();
  return line.length > MAX_QUOTED_CHARACTERS ? `${line.slice(0, MAX_QUOTED_CHARACTERS)}…` : line;
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', '#39': "'", amp: '&' };

function unescape(html: string): string {
  return html.replace(/&(lt|gt|quot|#39|amp);/g, (_, name: string) => ENTITIES[name] ?? '');
}
