import { breaks, type AuditFinding } from './rules.js';

/** What a CA said of itself, or why it said nothing. Instants are epoch milliseconds. */
export interface CaFacts {
  askedAt: number;
  /** `''` when it answered, else why it did not. */
  error: string;
  /** Whether it offers renewal; `null` when it did not say. */
  renewal: boolean | null;
  /** When the first certificate of its chain ends; `null` when it showed none. */
  expiresAt: number | null;
}

/** How long a certificate of Okta lasts: what is issued now ends then. */
const LIFETIME_MS = 365 * 86_400_000;

/** What a CA says of itself, judged. Pure. */
export function auditCa({ askedAt, error, renewal, expiresAt }: CaFacts): AuditFinding[] {
  if (error !== '') return [breaks('ca-unreachable', `the CA could not be asked: ${error}`)];
  const expiry = expiresAt === null ? [] : onExpiry(expiresAt, askedAt);
  return renewal === true ? [...expiry, breaks('ca-renewal', 'the CA offers renewal')] : expiry;
}

function onExpiry(expiresAt: number, now: number): AuditFinding[] {
  const day = new Date(expiresAt).toISOString().slice(0, 10);
  if (expiresAt <= now) return [breaks('ca-expired', `the certificate of the CA ended on ${day}`)];
  return expiresAt <= now + LIFETIME_MS
    ? [breaks('ca-expiring', `the certificate of the CA ends on ${day}`)]
    : [];
}
