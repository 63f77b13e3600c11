import type { Assessment, AssessmentState } from './assessment.js';
import type { Computer, InstalledProfile } from './computer.js';

/** What is kept of a configuration profile on a Mac. `id` is always the id of a watched profile (blue or green). */
export type KnownProfile = Pick<InstalledProfile, 'id' | 'installedAt'>;

/**
 * What is kept of a Mac: what inventory said, without what decides nothing.
 * `certificates` are only those of watched profiles (for each the four that expire last, of which the last counts; without
 * the fingerprint when there is a serial number), `profiles` only blue and green,
 * `groupIds` only groups that a watched profile's scope names. `lastContactAt` also knows of webhooks.
 */
export interface KnownComputer extends Omit<Computer, 'profiles'> {
  profiles: readonly KnownProfile[];
  /**
   * How many certificates matched, leftovers included, by name of the watched profile. Empty while inventory has never listed any
   * certificate, of whatever kind.
   */
  matching: Readonly<Record<string, number>>;
  /** When it was last read from Jamf, by our clock. */
  readAt: number;
  /** Since when Jamf no longer knows it; `null` while it does. A retired Mac has no state and never acts. */
  retiredAt: number | null;
}

/** What deciding needs of a Mac, whether inventory was just read or is kept. */
export type Assessable = Pick<
  Computer,
  'id' | 'certificates' | 'reportedAt' | 'groupIds' | 'department' | 'building'
> & { matching?: Readonly<Record<string, number>> };

/** The state under which a Mac is listed: that of the assessment, or out of scope, where nothing is to be done. */
export type ListedState = AssessmentState | 'out-of-scope';

/** A Mac and what was decided about it, by name of the watched profile. */
export interface AssessedComputer {
  computer: KnownComputer;
  assessments: Readonly<Record<string, Assessment>>;
  /** Names of the watched profiles whose certificate was renewed since the reading before, by whomever. */
  renewed?: readonly string[];
}
