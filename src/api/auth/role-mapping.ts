import { createHash } from 'node:crypto';
import type { OidcConfig, SignInConfig } from '../../config/sections/sign-in.js';
import { type Role, ROLES } from '../../contract/roles.js';

/** The highest role that these groups give; `null` when they give none. */
export function roleOf(groups: readonly string[], roles: OidcConfig['roles']): Role | null {
  return ROLES.findLast((role) => roles[role].some((group) => groups.includes(group))) ?? null;
}

/** The groups that the configuration names. Only these are stored; the other groups of a user are private. */
export function groupsThatCount(groups: readonly string[], roles: OidcConfig['roles']): string[] {
  const named = new Set(ROLES.flatMap((role) => roles[role]));
  return groups.filter((group) => named.has(group));
}

/** Identifies the emergency access password without revealing it. A session ends when the configured password changes. */
export function fingerprintOf({ hash }: NonNullable<SignInConfig['breakGlass']>): string {
  return createHash('sha256').update(hash.reveal()).digest('hex').slice(0, 16);
}
