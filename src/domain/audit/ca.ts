import { breaks, type AuditFinding } from './rules.js';

/** Response of a CA, or why there was none. Instants are epoch milliseconds. */
export interface CaFacts {
  askedAt: number;
  /** Why the CA could not be queried; `''` when it responded. */
  error: string;
  /** Whether the CA offers renewal; `null` when unknown. */
  renewal: boolean | null;
  /** Earliest expiry of the certificates in the CA chain; `null` when unknown. */
  expiresAt: number | null;
}

/** Lifetime of a client certificate from Okta. */
const LIFETIME_MS = 365 * 86_400_000;

/** Findings about a CA: unreachable, expired or expiring, or not an Okta CA. Pure. */
export function auditCa({ askedAt, error, renewal, expiresAt }: CaFacts): AuditFinding[] {
  if (error !== '') return [breaks('ca-unreachable', `the CA could not be reached: ${error}`)];
  const expiry = expiresAt === null ? [] : onExpiry(expiresAt, askedAt);
  return renewal === true ? [...expiry, breaks('ca-renewal', 'the CA offers renewal')] : expiry;
}

function onExpiry(expiresAt: number, now: number): AuditFinding[] {
  const day = new Date(expiresAt).toISOString().slice(0, 10);
  if (expiresAt <= now) return [breaks('ca-expired', `the CA certificate expired on ${day}`)];
  return expiresAt <= now + LIFETIME_MS
    ? [breaks('ca-expiring', `the CA certificate expires on ${day}`)]
    : [];
}
