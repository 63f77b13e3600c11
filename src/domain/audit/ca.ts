import type { Anchor } from '../profile.js';
import { breaks, type AuditFinding } from './rules.js';

/** The response of a CA, or why there was no response. Times are epoch milliseconds. */
export interface CaFacts {
  askedAt: number;
  /** Why nothing is known about the CA; `''` when the CA returned its certificate. */
  error: string;
  /** False when the CA did not respond. When it is true and `error` is set, the response was not understood. */
  answered: boolean;
  /** Whether the CA offers renewal; `null` when this is unknown. */
  renewal: boolean | null;
  /** Earliest expiry of the certificates of the CA; `null` when unknown. */
  expiresAt: number | null;
  /** Earliest expiry of the certificates of the registration authority (RA); `null` when there is none or it is unknown. */
  raExpiresAt: number | null;
  /** The certificates of the CA with their key identifiers, upper-case hexadecimal; absent when unknown. */
  certificates?: readonly (Anchor & { keyId: string })[];
}

/** Lifetime of a client certificate from Okta, milliseconds. */
const LIFETIME_MS = 365 * 86_400_000;

/**
 * How long before its expiry a registration authority (RA) is reported, milliseconds. The renewal of an RA does not
 * affect issued certificates, so only its last days matter.
 */
const RA_NOTICE_MS = 30 * 86_400_000;

/**
 * Returns a finding if a profile carries a certificate of its CA. Another certificate with the same subject belongs to
 * another generation of the CA.
 */
export function auditAnchors(
  anchors: readonly Anchor[],
  { certificates = [] }: Pick<CaFacts, 'certificates'>,
): AuditFinding[] {
  const own = anchors.filter(({ subject }) => certificates.some((one) => one.subject === subject));
  const [first] = own;
  if (!first) return [];
  const isOld = own.some((one) => !certificates.some(({ fingerprint }) => fingerprint === one.fingerprint));
  return [breaks('ca-pinned', `the profile contains ${isOld ? 'an older' : 'the'} certificate of the CA`)];
}

/**
 * Returns findings about a CA: it is unreachable, its response is not understood, its certificate has expired or
 * will expire, or it is not a CA of Okta.
 */
export function auditCa({
  askedAt,
  error,
  answered,
  renewal,
  expiresAt,
  raExpiresAt,
}: CaFacts): AuditFinding[] {
  if (error !== '')
    return answered
      ? [breaks('ca-response', `the response of the CA is not understood: ${error}`)]
      : [breaks('ca-unreachable', `the CA could not be reached: ${error}`)];
  const expiry = [
    ...(expiresAt === null ? [] : onExpiry(expiresAt, askedAt)),
    ...(raExpiresAt === null ? [] : onRaExpiry(raExpiresAt, askedAt)),
  ];
  return renewal === true ? [...expiry, breaks('ca-renewal', 'the CA offers renewal')] : expiry;
}

function onRaExpiry(expiresAt: number, now: number): AuditFinding[] {
  const day = dayOf(expiresAt);
  const subject = 'the certificate of the registration authority (RA)';
  if (expiresAt <= now) return [breaks('ra-expiring', `${subject} expired on ${day}`, 'error')];
  return expiresAt <= now + RA_NOTICE_MS ? [breaks('ra-expiring', `${subject} expires on ${day}`)] : [];
}

function dayOf(instant: number): string {
  return new Date(instant).toISOString().slice(0, 10);
}

function onExpiry(expiresAt: number, now: number): AuditFinding[] {
  const day = dayOf(expiresAt);
  if (expiresAt <= now) return [breaks('ca-expired', `the CA certificate expired on ${day}`)];
  return expiresAt <= now + LIFETIME_MS
    ? [breaks('ca-expiring', `the CA certificate expires on ${day}`)]
    : [];
}
