import { createHash } from 'node:crypto';
import type { OidcConfig, SignInConfig } from '../../config/sections/sign-in.js';
import { type Role, ROLES } from '../../contract/roles.js';

/** The most that somebody in these groups may, `null` when nothing. */
export function roleOf(groups: readonly string[], roles: OidcConfig['roles']): Role | null {
  return ROLES.findLast((role) => roles[role].some((group) => groups.includes(group))) ?? null;
}

/** Of all groups those that the configuration names: the others are nobody's business. */
export function groupsThatCount(groups: readonly string[], roles: OidcConfig['roles']): string[] {
  const named = new Set(ROLES.flatMap((role) => roles[role]));
  return groups.filter((group) => named.has(group));
}

/** Names the password of the emergency login without saying anything of it: a session that was opened with another one is over. */
export function fingerprintOf({ hash }: NonNullable<SignInConfig['breakGlass']>): string {
  return createHash('sha256').update(hash.reveal()).digest('hex').slice(0, 16);
}
