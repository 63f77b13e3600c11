import type { ProfileDetails } from '../profile.js';
import type { ScepSettings } from '../scep.js';
import { breaks, type AuditFinding } from './rules.js';
import { hasIdentifier, unknownVariables } from './subject.js';

/** Source: Apple's device management reference, SCEP: 1 signing, 4 encryption. */
const SIGNING = 1;

/** Addresses that never leave the machine need no https. */
const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** The path of a static SCEP URL of Okta. Its host is the organisation's, often under a domain of its own: it says nothing. */
const STATIC_PATH = /^\/pki\/[0-9a-f]+\/scep\/\w+\/?$/i;

/** What the settings of a profile break, rule by rule. Pure. Nothing is asked of the Macs, the CA, or a second profile. */
export function auditSettings(profile: ProfileDetails): AuditFinding[] {
  const { scep } = profile;
  return [
    ...payload(scep),
    ...when(profile.name.trim() === '', () => breaks('name', 'the profile has no name')),
    ...when(profile.level === 'User', () => breaks('level', 'it is at user level')),
    ...when(profile.install === 'self-service', () => breaks('install', 'it is offered in Self Service')),
    ...scopeOf(profile),
    ...(scep?.[0] ? scepSettings(scep[0]) : []),
  ];
}

/** What cannot be seen over the API at all, and why. */
export function unseen(handledByRecert: boolean): string[] {
  return handledByRecert
    ? []
    : [
        'Redistribute Profile (days before the certificate expires): Jamf keeps this setting from its API. Look at it in Jamf Pro, or have Recert act on the profile.',
      ];
}

function scopeOf({ scope, unseenScope: { users, limitedBy } }: ProfileDetails): AuditFinding[] {
  return [
    ...when(isEmpty(scope) && !users, () => breaks('scope', 'the scope has no target')),
    ...when(users, () => breaks('scope-users', 'users or user groups are targets of the scope')),
    ...when(limitedBy.length > 0, () =>
      breaks('scope-limits', `the scope has limitations or exclusions by ${limitedBy.join(', ')}`),
    ),
  ];
}

function payload(scep: ProfileDetails['scep']): AuditFinding[] {
  if (scep === null) return [breaks('payload', 'its payloads cannot be read')];
  if (scep.length === 0) return [breaks('payload', 'it has no SCEP payload')];
  return scep.length === 1 ? [] : [breaks('payload', `it has ${scep.length} SCEP payloads`, 'warning')];
}

function scepSettings(scep: ScepSettings): AuditFinding[] {
  const unknown = unknownVariables(scep);
  const named = scep.attributes.some(([type, value]) => type.toUpperCase() === 'CN' && value.trim() !== '');
  return [
    ...url(scep.url),
    ...when(scep.name.trim() === '', () => breaks('ca-name', 'the SCEP payload has no name')),
    ...when(!named, () => breaks('subject', 'the subject has no common name')),
    ...when(named && !hasIdentifier(scep), () =>
      breaks('subject-identifier', `the subject ${scep.subject} has no $PROFILE_IDENTIFIER`),
    ),
    ...when(unknown.length > 0, () => breaks('subject-variable', `the subject has ${unknown.join(', ')}`)),
    ...when(scep.challenge === 'none', () => breaks('challenge', 'there is no challenge')),
    ...when(scep.challenge === 'variable', () =>
      breaks('challenge-type', 'the challenge is a variable that is filled in for each Mac'),
    ),
    ...when(!['', 'RSA'].includes(scep.keyType.toUpperCase()), () =>
      breaks('key-type', `the key is of the type ${scep.keyType}`),
    ),
    ...when(scep.keySize !== 2048, () =>
      breaks(
        'key-size',
        scep.keySize === null ? 'the key size is not set' : `the key has ${scep.keySize} bits`,
        (scep.keySize ?? 0) > 2048 ? 'warning' : 'error',
      ),
    ),
    ...keyUsage(scep.keyUsage),
    ...when(scep.extractable !== false, () =>
      breaks('exportable', 'the private key can be exported from the keychain'),
    ),
    ...when(scep.allAppsAccess !== true, () => breaks('all-apps', 'not all apps may use the key')),
  ];
}

function url(text: string): AuditFinding[] {
  if (!URL.canParse(text)) return [breaks('url', text === '' ? 'there is no URL' : 'the URL is none')];
  const { protocol, hostname, pathname } = new URL(text);
  if (protocol !== 'https:' && !(protocol === 'http:' && LOOPBACK.has(hostname)))
    return [breaks('url', `the URL begins with ${protocol}//`)];
  return when(!STATIC_PATH.test(pathname), () =>
    breaks('url-static', `the URL on ${hostname} does not look like a static one of Okta`),
  );
}

function keyUsage(usage: number | null): AuditFinding[] {
  if (usage === null || (usage & SIGNING) === 0)
    return [breaks('key-usage', 'the key is not meant for digital signatures')];
  return when(usage !== SIGNING, () => breaks('key-purpose', 'the key is meant for encryption, too'));
}

function isEmpty(scope: ProfileDetails['scope']): boolean {
  const { allComputers, computerIds, groupIds, departments, buildings } = scope;
  return !allComputers && [computerIds, groupIds, departments, buildings].every((ids) => ids.length === 0);
}

function when(broken: boolean, finding: () => AuditFinding): AuditFinding[] {
  return broken ? [finding()] : [];
}
