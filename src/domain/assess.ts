import type { Assessment, AssessmentState, UnknownReason } from './assessment.js';
import { countingCertificate } from './certificate.js';
import type { Certificate } from './computer.js';
import type { Assessable, ListedState } from './known.js';
import { inScope } from './scope.js';
import type { WatchedProfile } from './watched.js';

/** A certificate is overdue when less than this share of its window is left: two thirds of the time to renew it are gone. */
export const OVERDUE_SHARE = 1 / 3;

/** Made once: a forecast asks for the share of a hundred thousand Macs. */
const UTF8 = new TextEncoder();

/** The instants at which time alone changes what is decided about a certificate. */
export interface Milestones {
  dueAt: number;
  /** Due, and Jamf's own setting has had its grace; never later than `overdueAt`. */
  actAt: number;
  overdueAt: number;
  expiresAt: number;
}

/**
 * What follows from what is known of a Mac, for one watched profile, at an instant (epoch milliseconds). Pure.
 * The state is unknown when the Mac never reported, when inventory is older than the policy's `stale`, when no certificate matches, and
 * when the one that matches has no expiry date; the certificate and its dates are told all the same where there are any.
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

/** The state under which a Mac is listed. */
export function listedAs({ inScope, state }: Assessment): ListedState {
  return inScope ? state : 'out-of-scope';
}

/**
 * When a certificate becomes due, may be acted on, is overdue, and expires; `null` without an expiry date.
 * The window is at most half the lifetime: with a longer one a new certificate would be due at once, and renewal would be a loop of
 * issuances (Fleet had to take such a change back within a day). The jitter shrinks the window by a share that is always the same for
 * this Mac, and by less than a third, so that due always comes well before overdue.
 */
export function milestonesOf(
  certificate: Pick<Certificate, 'issuedAt' | 'expiresAt'> | null,
  { instance, name, policy }: Pick<WatchedProfile, 'instance' | 'name' | 'policy'>,
  computerId: string,
): Milestones | null {
  const expiresAt = certificate?.expiresAt ?? null;
  if (certificate === null || expiresAt === null) return null;
  const { issuedAt } = certificate;
  const lifetime = issuedAt === null || issuedAt >= expiresAt ? null : expiresAt - issuedAt;
  const window = windowOf(policy, lifetime);
  const jitter = Math.min(policy.jitter, window * OVERDUE_SHARE);
  const dueAt = Math.round(expiresAt - window + jitter * share(`${instance}/${computerId}/${name}`));
  const overdueAt = Math.round(expiresAt - window * OVERDUE_SHARE);
  return { dueAt, actAt: Math.min(dueAt + policy.nativeGrace, overdueAt), overdueAt, expiresAt };
}

/** What Okta's certificates last: for a share of a lifetime that inventory does not tell. */
const USUAL_LIFETIME_MS = 365 * 86_400_000;

/** The window of a certificate that lasts so long (`null` when that is not known), milliseconds; at most half of it. */
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

/** A number in [0, 1) that depends on the text and on nothing else: FNV-1a, stirred by the finalizer of MurmurHash3. */
function share(text: string): number {
  let hash = 0x811c9dc5;
  for (const character of UTF8.encode(text)) hash = Math.imul(hash ^ character, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
