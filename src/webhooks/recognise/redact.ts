import { KEPT_BODY_LIMIT } from '../../application/webhooks/replayable.js';

const SECRET = /passw|secret|challenge|token|credential|api-?key|authorization/i;
/**
 * Fast check whether a raw body may contain a secret. `\u` also matches, because an escaped character can hide the
 * name of a key.
 */
const SUSPICIOUS = new RegExp(`${SECRET.source}|\\\\u`, 'i');
/** Matches a secret inside a text value, such as a query string, a header or nested JSON: `password=…`, `"token":"…"`. */
const SECRET_WITHIN = /(passw|secret|challenge|token|credential|api-?key|authorization)\w*["'\\]*\s*[:=]/i;
/** Matches user name and password in a URL. */
const USER_IN_URL = /(:\/\/)[^\s/@]*@/g;
/** Field of SCEPChallenge with user and password. It is hidden completely, because Recert uses nothing in it. */
const PERSON = /^targetUser$/i;
const HIDDEN = '[hidden]';
const DEPTH = 20;

/**
 * Returns the body for the event log. A body that may contain a secret, such as the password in SCEPChallenge, becomes
 * JSON in which the values of these fields are hidden. Any other body is unchanged. Returns `''` when the body is too
 * large. `text` is the body, `parsed` its parsed content.
 */
export function redactBody(text: string, parsed: unknown): string {
  if (text.length > KEPT_BODY_LIMIT) return '';
  return SUSPICIOUS.test(text) ? JSON.stringify(withoutSecrets(parsed, 0)) : text;
}

function withoutSecrets(value: unknown, depth: number): unknown {
  if (typeof value === 'string')
    return SECRET_WITHIN.test(value) ? HIDDEN : value.replace(USER_IN_URL, `$1${HIDDEN}@`);
  if (typeof value !== 'object' || value === null) return value;
  if (depth === DEPTH) return '[too deep]';
  if (Array.isArray(value)) return value.map((item) => withoutSecrets(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      SECRET.test(name) || PERSON.test(name) ? HIDDEN : withoutSecrets(inner, depth + 1),
    ]),
  );
}
