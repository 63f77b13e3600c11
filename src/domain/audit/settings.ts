import type { ProfileDetails } from '../profile.js';
import type { ScepSettings } from '../scep.js';
import { breaks, type AuditFinding } from './rules.js';
import { hasCommonName, hasIdentifier, unknownVariables } from './subject.js';

/** The bit for signing in the key usage. Source: Apple's device management reference, SCEP. */
const SIGNING = 1;

/** Hosts for which http is accepted, because the connection stays on this machine. */
const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** Path of a static SCEP URL from Okta. The host is not checked, because an organization can use a custom domain. */
const STATIC_PATH = /^\/pki\/[0-9a-f]+\/scep\/\w+\/?$/i;

/** Returns findings about the settings of one profile. The Macs in scope, the CA and the other profile are not checked. */
export function auditSettings(profile: ProfileDetails): AuditFinding[] {
  const { scep } = profile;
  return [
    ...payload(scep),
    ...when(profile.name.trim() === '', () => breaks('name', 'the profile has no name')),
    ...when(profile.level === 'User', () => breaks('level', 'the profile is at user level')),
    ...when(profile.install === 'self-service', () =>
      breaks('install', 'the profile is offered in Self Service'),
    ),
    ...scopeOf(profile),
    ...when(profile.identityPreference === true, () =>
      breaks('identity-preference', 'an identity preference refers to the certificate of the SCEP payload'),
    ),
    ...(scep?.[0] ? scepSettings(scep[0]) : []),
  ];
}

/**
 * Returns sentences about settings that the Jamf Pro API does not include. Empty when Recert renews the profile,
 * because these settings do not matter then.
 */
export function unseen(handledByRecert: boolean): string[] {
  return handledByRecert
    ? []
    : [
        'Redistribute Profile (days before the certificate expires): the Jamf Pro API does not include this setting. Check it in Jamf Pro, or have Recert renew this profile.',
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
  if (scep === null) return [breaks('payload', 'the payloads of the profile cannot be read')];
  if (scep.length === 0) return [breaks('payload', 'the profile has no SCEP payload')];
  return scep.length === 1
    ? []
    : [breaks('payload', `the profile has ${scep.length} SCEP payloads`, 'warning')];
}

function scepSettings(scep: ScepSettings): AuditFinding[] {
  const unknown = unknownVariables(scep);
  const named = hasCommonName(scep);
  return [
    ...url(scep.url),
    ...when(scep.name.trim() === '', () => breaks('ca-name', 'the SCEP payload has no name')),
    ...when(!named, () => breaks('subject', 'the subject has no common name')),
    ...when(named && !hasIdentifier(scep), () =>
      breaks('subject-identifier', `the subject ${scep.subject} has no $PROFILE_IDENTIFIER`),
    ),
    ...when(unknown.length > 0, () =>
      breaks('subject-variable', `the subject has unknown variables: ${unknown.join(', ')}`),
    ),
    ...when(scep.challenge === 'none', () => breaks('challenge', 'no challenge is set')),
    ...when(scep.challenge === 'variable', () =>
      breaks('challenge-type', 'the challenge contains a variable that is resolved for each Mac'),
    ),
    ...when(!['', 'RSA'].includes(scep.keyType.toUpperCase()), () =>
      breaks('key-type', `the key type is ${scep.keyType}`),
    ),
    ...when(scep.keySize !== 2048, () =>
      breaks(
        'key-size',
        scep.keySize === null ? 'the key size is not set' : `the key size is ${scep.keySize} bits`,
        (scep.keySize ?? 0) > 2048 ? 'warning' : 'error',
      ),
    ),
    ...keyUsage(scep.keyUsage),
    ...when(scep.caFingerprint === true, () =>
      breaks('ca-pinned', 'the SCEP payload contains the fingerprint of the CA (CAFingerprint)'),
    ),
    ...when(scep.extractable !== false, () =>
      breaks('exportable', 'the private key can be exported from the keychain'),
    ),
    ...when(scep.allAppsAccess !== true, () => breaks('all-apps', 'not all apps are allowed to use the key')),
  ];
}

function url(text: string): AuditFinding[] {
  if (!URL.canParse(text))
    return [breaks('url', text === '' ? 'no SCEP URL is set' : 'the SCEP URL is not valid')];
  const { protocol, hostname, pathname } = new URL(text);
  if (protocol !== 'https:' && !(protocol === 'http:' && LOOPBACK.has(hostname)))
    return [breaks('url', `the SCEP URL begins with ${protocol}//`)];
  return when(!STATIC_PATH.test(pathname), () =>
    breaks('url-static', `the SCEP URL on ${hostname} does not look like a static SCEP URL from Okta`),
  );
}

function keyUsage(usage: number | null): AuditFinding[] {
  if (usage === null || (usage & SIGNING) === 0)
    return [breaks('key-usage', 'the key usage does not include digital signature')];
  return when(usage !== SIGNING, () =>
    breaks('key-purpose', 'the key usage includes more than digital signature'),
  );
}

function isEmpty(scope: ProfileDetails['scope']): boolean {
  const { allComputers, computerIds, groupIds, departments, buildings } = scope;
  return !allComputers && [computerIds, groupIds, departments, buildings].every((ids) => ids.length === 0);
}

function when(broken: boolean, finding: () => AuditFinding): AuditFinding[] {
  return broken ? [finding()] : [];
}
