import type { ForeignChange } from '../groups/group-watch.js';
import type { AssessmentState } from '../assessment.js';
import type { Shortage } from '../capacity/chosen.js';
import type { CaChange } from '../audit/report.js';
import type { Coverage } from './coverage.js';
import type { OktaProfile } from '../okta/profile.js';
import type { Missing } from './missing.js';
import type { StatusKnowledge } from '../redistribution/evidence/status.js';

/** One redistribution that needs attention. */
export interface WaitingForPerson {
  redistributionId: string;
  profile: string;
  computerId: string;
  /** Name and serial number of the Mac, as far as known. */
  computer: string;
  since: number;
  /** Reason of the last change of state of the redistribution. */
  why: string;
}

/** A shortage, and whether Recert chooses the limits; otherwise the configuration sets at least one. */
export type CapacityShortage = Shortage & { chosen: boolean };

/** What the health rules need to know about one watched profile. */
export interface ProfileFacts {
  name: string;
  mode: 'observe' | 'act';
  /** Whether the profile was read from Jamf Pro; with `overlap`, whether both profiles were. */
  known: boolean;
  /** Profile IDs in the configuration that do not exist in Jamf Pro. */
  gone?: readonly string[] | undefined;
  /**
   * How the scopes in Jamf Pro contradict the configuration, and what to do, as sentences. While this is set, Recert does not act on the
   * profile. `null`: no contradiction.
   */
  scopeConflict: string | null;
  /** The open circuit breaker; `null` while it is closed. */
  breaker: { text: string } | null;
  /** The cool-down (hold) in effect; `null` when there is none. */
  hold: { text: string } | null;
  /** Number of findings of the profile check; `null` before the first check. */
  audit: { errors: number; warnings: number } | null;
  /**
   * When the CA expires, if certificates issued today would outlive it. `null` if they would not, or if the expiry is
   * unknown. Always `null` for the overview.
   */
  caEndsAt: number | null;
  /** A recent change of the key of the CA; `null` if there is none. Absent for the overview. */
  caChange?: CaChange | null | undefined;
  states: Readonly<Partial<Record<AssessmentState, number>>>;
  /**
   * Coverage of the last full sweep, and the lowest share of known certificates that is acceptable (`least`); `null`
   * before the first full sweep.
   */
  measured: (Coverage & { least: number }) | null;
  /** Macs in scope that keep reporting inventory without a certificate. */
  missing: Missing;
  /** What Okta says about the profile; absent or `null` without the connector to Okta. */
  okta?: OktaProfile | null | undefined;
  /** Set if Macs will be overdue even with the largest allowed capacity; `null` when that capacity is sufficient. */
  shortage: CapacityShortage | null;
  /**
   * Number of Macs whose certificate expires before the next maintenance window, or within a day, and whether these may be renewed now.
   * `null` or absent while a window is open.
   */
  urgent?: { computers: number; allowed: boolean } | null | undefined;
  /**
   * When Recert found the scope of blue without targets, or with a target group that has no members any more; `null` otherwise. The last
   * known scope stays in use.
   */
  scopeEmptySince: number | null;
}

/**
 * What the health rules need to know about one Jamf Pro server: the figures of the overview, and the Macs that
 * some of these figures count.
 */
export interface InstanceFacts {
  name: string;
  paused: { by: string; reason: string } | null;
  profiles: readonly ProfileFacts[];
  /**
   * Macs that are still in an exclusion group after their lease and the alarm time have passed. `oldest`: the
   * Mac that has been there longest.
   */
  leases: {
    late: number;
    oldest: {
      computer: { id: string; serialNumber: string; name: string };
      groupId: string;
      since: number;
    } | null;
  };
  /** Latest changes of the groups that this installation did not write, newest first. */
  foreignChanges: readonly ForeignChange[];
  /** Number of redistributions that need attention, including those of Macs that have been renewed since. */
  needsHuman: number;
  /** Redistributions that need attention, without those of Macs that have been renewed since. Empty for the overview. */
  waiting: readonly WaitingForPerson[];
  /** IDs of Macs whose records the last full sweep could not read. */
  setAside: readonly string[];
  /** Set when far fewer Macs than before exist in Jamf Pro, and no user or sweep has confirmed this (see fleet-fall.ts). */
  fall: { at: number; known: number; missing: number } | null;
  /** Whether Jamf Pro does not list the commands of verified installs. */
  commandsUnlisted: boolean;
  /** Why the declarative status of Macs is not read although the configuration wants it; `null` while it is read. */
  statusUnread: StatusKnowledge['why'];
  /** Number of stored Macs, without retired Macs (deleted from Jamf Pro). */
  computers: { known: number };
  /** Times of the last webhook and of the last sweep, epoch milliseconds; `null` before the first one. */
  lastWebhookAt: number | null;
  lastSweepAt: number | null;
  /** Configured interval between sweeps, milliseconds. */
  sweepEveryMs: number;
}

/**
 * What the health rules depend on: the current data of all Jamf Pro servers, and the thresholds. Times are epoch
 * milliseconds.
 */
export interface Facts {
  at: number;
  webhooksSilentMs: number;
  queues: readonly { name: string; workers: number; failed: number }[];
  /** Uses of emergency access whose session has not ended. Empty for the overview. */
  breakGlass: readonly { id: string; name: string; address: string; at: number }[];
  instances: readonly InstanceFacts[];
  /**
   * Servers that were removed from the configuration while Macs are excluded or redistributions are open there. `excluded`: number of
   * excluded Macs. `text`: the affected Macs, and what to do.
   */
  removedInstances: readonly { instance: string; text: string; excluded: number }[];
}
