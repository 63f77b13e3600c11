import { leadOf } from './capacity/leads.js';
import type { Assessment, AssessmentState, UnknownReason } from './assessment.js';
import { countingCertificate } from './certificate.js';
import type { Certificate } from './computer.js';
import type { Assessable, ListedState } from './known.js';
import { lastWindowBefore } from './redistribution/safety-limits/maintenance-window.js';
import { inScope } from './scope.js';
import type { WatchedProfile } from './watched.js';

/** A renewal is overdue when less than this share of the renewal window is left. */
export const OVERDUE_SHARE = 1 / 3;

const UTF8 = new TextEncoder();
const ASCII = /^[ -~]*$/;

/** The times (epoch milliseconds) at which the state of a certificate changes without new data. */
export interface Milestones {
  dueAt: number;
  /**
   * When Recert may act: the certificate is due, and the grace period for the Redistribute Profile setting of Jamf
   * Pro has ended. Never later than `overdueAt`.
   */
  actAt: number;
  overdueAt: number;
  expiresAt: number;
}

/**
 * Assesses the certificate of one Mac for one watched profile at `now` (epoch milliseconds). The state is `unknown`
 * when the Mac never reported inventory, when inventory is older than the policy's `stale`, when no certificate
 * matches, or when the matching certificate has no expiry date. Even then, the result contains the certificate and its
 * dates if they are known.
 */
export function assess(computer: Assessable, watched: WatchedProfile, now: number): Assessment {
  const { certificate, matching } = countingCertificate(computer.certificates, watched, now);
  const milestones = milestonesOf(certificate, watched, computer.id);
  const unknown = unknownReason(computer, certificate, watched, now);
  const state = unknown !== null || milestones === null ? 'unknown' : stateAt(milestones, now);
  return {
    state,
    unknown,
    certificate,
    matching: Math.max(matching, computer.matching?.[watched.name] ?? 0),
    dueAt: milestones?.dueAt ?? null,
    actAt: state === 'unknown' ? null : (milestones?.actAt ?? null),
    changesAt: milestones === null ? null : changeAfter(state, milestones),
    inScope: inScope(watched, computer),
  };
}

/** Returns the state that lists show for a Mac: `out-of-scope`, or the state of its assessment. */
export function listedStateOf({ inScope, state }: Assessment): ListedState {
  return inScope ? state : 'out-of-scope';
}

/**
 * Returns when a certificate becomes due, when Recert may act on it, when it is overdue, and when it expires;
 * `null` without an expiry date. The renewal window is at most half the lifetime: with a longer window, a new
 * certificate would be due immediately, and every renewal would trigger the next. The jitter shortens the renewal
 * window by a fixed amount for each Mac, at most a third of the window, so `dueAt` is always well before
 * `overdueAt`. With maintenance windows, Recert acts in the last window before the date. The renewal of a revoked certificate is overdue from its issue date, because no revocation date is known.
 */
export function milestonesOf(
  certificate: Pick<Certificate, 'issuedAt' | 'expiresAt' | 'revoked'> | null,
  { instance, name, policy }: Pick<WatchedProfile, 'instance' | 'name' | 'policy'>,
  computerId: string,
): Milestones | null {
  const expiresAt = certificate?.expiresAt ?? null;
  if (certificate === null || expiresAt === null) return null;
  const { issuedAt } = certificate;
  const lifetime = issuedAt === null || issuedAt >= expiresAt ? null : expiresAt - issuedAt;
  if (certificate.revoked === true) {
    const since = Math.min(issuedAt ?? expiresAt - USUAL_LIFETIME_MS, expiresAt);
    return { dueAt: since, actAt: since, overdueAt: since, expiresAt };
  }
  const window = windowOf(policy, lifetime);
  const early = Math.min(
    window + leadOf(policy.leads ?? [], expiresAt),
    Math.max(window, (lifetime ?? USUAL_LIFETIME_MS) / 2),
  );
  const jitter = Math.min(policy.jitter, window * OVERDUE_SHARE);
  const dueAt = Math.round(expiresAt - early + jitter * hashShare([instance, '/', computerId, '/', name]));
  const overdueAt = Math.round(expiresAt - window * OVERDUE_SHARE);
  const actAt = Math.min(dueAt + policy.nativeGrace, overdueAt);
  // Never before half of the lifetime, so that a new certificate is not due at once.
  const inWindow = lastWindowBefore(policy.maintenance, actAt);
  const earliest = inWindow < expiresAt - (lifetime ?? USUAL_LIFETIME_MS) / 2 ? actAt : inWindow;
  return { dueAt: Math.min(dueAt, earliest), actAt: earliest, overdueAt, expiresAt };
}

/** Lifetime of certificates from Okta, milliseconds. Used when inventory does not report the lifetime. */
const USUAL_LIFETIME_MS = 365 * 86_400_000;

/**
 * Returns the renewal window in milliseconds, at most half of the lifetime. `lifetimeMs` is `null` when the
 * lifetime is unknown.
 */
export function windowOf(
  { window }: Pick<WatchedProfile['policy'], 'window'>,
  lifetimeMs: number | null,
): number {
  return typeof window === 'number'
    ? Math.min(window, (lifetimeMs ?? Infinity) / 2)
    : Math.min(window.share, 1 / 2) * (lifetimeMs ?? USUAL_LIFETIME_MS);
}

function unknownReason(
  { reportedAt }: Assessable,
  certificate: Certificate | null,
  { policy }: WatchedProfile,
  now: number,
): UnknownReason | null {
  if (reportedAt === null) return 'never-reported';
  if (reportedAt < now - policy.stale) return 'inventory-stale';
  if (certificate === null) return 'no-certificate';
  return certificate.expiresAt === null ? 'expiry-missing' : null;
}

function stateAt({ dueAt, overdueAt, expiresAt }: Milestones, now: number): AssessmentState {
  if (now >= expiresAt) return 'expired';
  if (now >= overdueAt) return 'overdue';
  return now >= dueAt ? 'due' : 'healthy';
}

function changeAfter(state: AssessmentState, { dueAt, overdueAt, expiresAt }: Milestones): number | null {
  switch (state) {
    case 'healthy':
      return dueAt;
    case 'due':
      return overdueAt;
    case 'overdue':
      return expiresAt;
    case 'expired':
    case 'unknown':
      return null;
  }
}

/** Hashes the concatenated parts to a number in [0, 1), with FNV-1a and the finalizer of MurmurHash3. */
function hashShare(parts: readonly string[]): number {
  let hash = 0x811c9dc5;
  for (const part of parts) {
    // IDs are nearly always ASCII. The characters of ASCII text are its bytes in UTF-8, so the text is not encoded
    // first. This saves time, because a forecast computes the jitter of up to 100,000 Macs.
    const bytes = ASCII.test(part) ? null : UTF8.encode(part);
    for (let index = 0; index < (bytes ?? part).length; index += 1)
      hash = Math.imul(hash ^ (bytes?.[index] ?? part.charCodeAt(index)), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
