import type { Assessment, AssessmentState } from './assessment.js';
import type { Computer, InstalledProfile } from './computer.js';

/** A configuration profile on a Mac as stored. `id` is always the ID of a watched profile (blue or green). */
export type KnownProfile = Pick<InstalledProfile, 'id' | 'installedAt'>;

/**
 * A Mac as stored: the inventory fields that decisions depend on.
 * `certificates`: for each watched profile the four matching certificates that expire last, without fingerprint when there is a serial
 * number. `profiles`: only blue and green. `groupIds`: only groups named by the scope of a watched profile. `lastContactAt` is also
 * updated by webhooks.
 */
export interface KnownComputer extends Omit<Computer, 'profiles'> {
  profiles: readonly KnownProfile[];
  /**
   * Number of matching certificates by name of the watched profile, superseded ones included. Empty until inventory has listed at least
   * one certificate of any kind.
   */
  matching: Readonly<Record<string, number>>;
  /** When the Mac was last read from Jamf Pro, by Recert's clock. */
  readAt: number;
  /** Since when the Mac no longer exists in Jamf Pro; `null` while it exists. A retired Mac has no state and is never renewed. */
  retiredAt: number | null;
}

/** The fields that `assess` needs. Both fresh inventory and a stored Mac have them. */
export type Assessable = Pick<
  Computer,
  'id' | 'certificates' | 'reportedAt' | 'groupIds' | 'department' | 'building'
> & { matching?: Readonly<Record<string, number>> };

/** The state shown for a Mac in lists: the state of its assessment, or `out-of-scope`. */
export type ListedState = AssessmentState | 'out-of-scope';

/** A Mac with its assessments, by name of the watched profile. */
export interface AssessedComputer {
  computer: KnownComputer;
  assessments: Readonly<Record<string, Assessment>>;
  /** Names of the watched profiles whose certificate was renewed since the previous reading, by Recert or otherwise. */
  renewed?: readonly string[];
}
