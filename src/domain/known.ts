import type { Assessment, AssessmentState } from './assessment.js';
import type { Computer, InstalledProfile } from './computer.js';

/** A configuration profile on a Mac as stored in Redis. `id` is always the ID of a watched profile (blue or green). */
export type KnownProfile = Pick<InstalledProfile, 'id' | 'installedAt'>;

/**
 * A Mac as stored in Redis: the inventory fields on which decisions depend. `certificates`: for each watched
 * profile, the four matching certificates that expire last, without the fingerprint when there is a serial number.
 * `profiles`: only blue and green. `groupIds`: only groups that the scope of a watched profile names.
 * `lastContactAt` is also updated by webhooks.
 */
export interface KnownComputer extends Omit<Computer, 'profiles'> {
  profiles: readonly KnownProfile[];
  /**
   * Number of matching certificates by the name of the watched profile, including those that a newer one has
   * replaced. Empty until inventory has listed at least one certificate of any kind.
   */
  matching: Readonly<Record<string, number>>;
  /**
   * When Recert first found, after the last enrollment of the Mac, that the Mac is in scope of a watched profile but has
   * no certificate. By name of the watched profile (see `missingSince` in src/domain/health/missing.ts).
   */
  missingSince?: Readonly<Record<string, number>> | undefined;
  /**
   * The certificates in `certificates` that come from the declarative status of the Mac, and when it was read. Each
   * entry is kept until the Mac has reported inventory after that read.
   */
  declared?: readonly { serialNumber: string; at: number }[] | undefined;
  /** When Recert last read the Mac from Jamf Pro, on the clock of Recert. */
  readAt: number;
  /**
   * When Recert found that the Mac no longer exists in Jamf Pro; `null` while it exists. Such a Mac is retired: it
   * has no state and is never renewed.
   */
  retiredAt: number | null;
}

/** The fields that `assess` needs. Inventory that was just read and a stored Mac both have them. */
export type Assessable = Pick<
  Computer,
  'id' | 'certificates' | 'reportedAt' | 'groupIds' | 'department' | 'building'
> & { matching?: Readonly<Record<string, number>> };

/** The state that lists show for a Mac: the state of its assessment, or `out-of-scope`. */
export type ListedState = AssessmentState | 'out-of-scope';

/** A Mac with its assessments, by the name of the watched profile. */
export interface AssessedComputer {
  computer: KnownComputer;
  assessments: Readonly<Record<string, Assessment>>;
  /**
   * Names of the watched profiles whose certificate was renewed, by Recert or by something else, after the previous
   * read of the Mac.
   */
  renewed?: readonly string[];
}
