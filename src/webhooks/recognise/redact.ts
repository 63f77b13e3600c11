import { KEPT_BODY_LIMIT } from '../../application/webhooks/replayable.js';

const SECRET = /passw|secret|challenge|token|credential|api-?key|authorization/i;
/** An escaped letter in a key could hide its name from the quick look. */
const SUSPICIOUS = new RegExp(`${SECRET.source}|\\\\u`, 'i');
/** A secret within a text, such as a query, a header or JSON in JSON: `password=…`, `"token":"…"`. */
const SECRET_WITHIN = /(passw|secret|challenge|token|credential|api-?key|authorization)\w*["'\\]*\s*[:=]/i;
/** User name and password in an address. */
const USER_IN_URL = /(:\/\/)[^\s/@]*@/g;
/** Whom a SCEPChallenge is about, password and all: nothing of it is needed, whatever else a newer Jamf puts there. */
const PERSON = /^targetUser$/i;
const HIDDEN = '[hidden]';
const DEPTH = 20;


/**
 * A body as it is kept in the event log: as it was sent, unless it names anything that may be a secret (SCEPChallenge carries a user's
 * password); then as JSON with the values of such fields hidden. `''` when it is too large to be kept.
 * `text` is the body, `parsed` what was read from it. A name such as `PayloadIdentifier` is no secret, its password is.
 */
export function keepable(text: string, parsed: unknown): string {
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
