import type { Assessment } from '../assessment.js';
import type { Certificate } from '../computer.js';
import type { KnownComputer } from '../known.js';

/**
 * The number of Macs that have a watched profile, and the number of these Macs whose certificate is known. Counted in one sweep of the
 * whole fleet.
 */
export interface Coverage {
  /** Number of Macs in scope that have the profile and are in contact with Jamf Pro. */
  computers: number;
  /** Number of these Macs whose certificate status is known. */
  known: number;
  /** Number of these Macs of which Jamf Pro lists only inactive certificates. Absent when there are none. */
  inactive?: number | undefined;
  /**
   * Subjects of the certificates on Macs that have no matching certificate. Subjects that differ only in words with
   * digits are counted together and have one example.
   */
  subjects: readonly SeenSubject[];
}

/** A subject that inventory shows instead of the expected one. */
export interface SeenSubject {
  subject: string;
  count: number;
}

/**
 * Maximum number of kinds of subjects that are counted. The number is limited because subjects with names of people
 * differ from Mac to Mac.
 */
const MAX_KINDS = 20;
/** Maximum length of an example. */
const MAX_LENGTH = 200;

export const NO_COVERAGE: Coverage = { computers: 0, known: 0, subjects: [] };

/** A Mac that the sweep read: stored facts with its assessment, and all certificates that inventory lists. */
export interface CoveredMac {
  computer: KnownComputer;
  assessment: Assessment;
  certificates: readonly Certificate[];
}

/** Adds a Mac. A Mac without contact for longer than `staleMs` is not counted, because its inventory may be out of date. */
export function withMac(
  coverage: Coverage,
  { computer, assessment, certificates }: CoveredMac,
  { halves, staleMs, now }: { halves: readonly string[]; staleMs: number; now: number },
): Coverage {
  const isAway = (computer.lastContactAt ?? computer.reportedAt ?? 0) < now - staleMs;
  const hasProfile = computer.profiles.some(({ id }) => halves.includes(id));
  if (!assessment.inScope || !hasProfile || isAway) return coverage;
  const { computers, known, inactive, subjects } = coverage;
  return {
    computers: computers + 1,
    known: known + (assessment.state === 'unknown' ? 0 : 1),
    inactive: assessment.certificate?.active === false ? (inactive ?? 0) + 1 : inactive,
    subjects: assessment.unknown === 'no-certificate' ? withSubjects(subjects, certificates) : subjects,
  };
}

function withSubjects(subjects: readonly SeenSubject[], certificates: readonly Certificate[]) {
  const counts = new Map(subjects.map((seen) => [kindOf(seen.subject), seen]));
  for (const certificate of certificates) {
    const subject = describe(certificate);
    if (subject === null) continue;
    const kind = kindOf(subject);
    const seen = counts.get(kind);
    if (seen || counts.size < MAX_KINDS)
      counts.set(kind, { subject: seen?.subject ?? subject, count: (seen?.count ?? 0) + 1 });
  }
  return [...counts.values()].sort((one, other) => other.count - one.count);
}

/**
 * Returns the subject, with a note if the certificate is not used because it has no private key. Returns `null` for
 * certificates of macOS and the MDM identity.
 */
function describe({ subject, identity }: Certificate): string | null {
  const isOther = /^(?:CN=)?(?:com\.apple\.|[0-9a-f]{8}-[0-9a-f-]{27}$)/iu.test(subject) || subject === '';
  if (isOther) return null;
  return `${subject.slice(0, MAX_LENGTH)}${identity ? '' : ' (no private key)'}`;
}

/**
 * Returns the kind of a subject. Subjects that differ only in words with digits, such as serial numbers and UUIDs, have
 * the same kind.
 */
function kindOf(subject: string): string {
  return subject.toLowerCase().replaceAll(/[\p{L}\p{N}-]*\p{N}[\p{L}\p{N}-]*/gu, '#');
}

/**
 * Minimum number of Macs without a known certificate for low coverage, so that one or two Macs do not make a small fleet unhealthy. It
 * does not apply if no certificate is known.
 */
const LEAST_UNKNOWN = 3;

/** Whether coverage is below the bound: too many Macs, or all of them, have the profile but no known certificate. */
export function isLow({ computers, known }: Pick<Coverage, 'computers' | 'known'>, bound: number): boolean {
  const unknown = computers - known;
  return known < bound * computers && (unknown >= LEAST_UNKNOWN || known === 0);
}
