import { createHash } from 'node:crypto';
import type { OidcConfig, SignInConfig } from '../../config/sections/sign-in.js';
import { type Role, ROLES } from '../../contract/roles.js';

/** Returns the highest role that any of these groups has, or `null` when none of them has a role. */
export function roleOf(groups: readonly string[], roles: OidcConfig['roles']): Role | null {
  return ROLES.findLast((role) => roles[role].some((group) => groups.includes(group))) ?? null;
}

/**
 * Returns the groups of a user that the configuration names. Only these groups are stored, because the other groups of
 * a user are private.
 */
export function groupsThatCount(groups: readonly string[], roles: OidcConfig['roles']): string[] {
  const named = new Set(ROLES.flatMap((role) => roles[role]));
  return groups.filter((group) => named.has(group));
}

/**
 * Returns a hash that identifies the configured emergency access password without revealing it. A session ends
 * when this hash changes.
 */
export function fingerprintOf({ hash }: NonNullable<SignInConfig['breakGlass']>): string {
  return createHash('sha256').update(hash.reveal()).digest('hex').slice(0, 16);
}
