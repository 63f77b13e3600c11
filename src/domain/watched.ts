import { createHash } from 'node:crypto';
import type { ChosenCapacity } from './capacity/chosen.js';
import type { Lead } from './capacity/leads.js';
import type { Profile } from './profile.js';
import type { BreakerPolicy } from './redistribution/safety-limits/circuit-breaker.js';
import type { MaintenanceWindow } from './redistribution/safety-limits/maintenance-window.js';
import type { Mechanism } from './redistribution/record.js';

/**
 * The sources that may prove a renewal: inventory, the declarative status of the Mac, or either of them. `auto`: only inventory, until
 * inventory has confirmed the status of several renewals on that server; then either.
 */
export const PROOF_SOURCES = ['auto', 'either', 'inventory', 'status-first'] as const;

export type ProofSource = (typeof PROOF_SOURCES)[number];

/**
 * The settings that determine when and how one profile is redistributed. All durations are in milliseconds. The
 * names of the fields are those of the configuration.
 */
export interface RedistributionPolicy {
  /** `observe`: nothing is written to Jamf Pro. */
  readonly mode: 'observe' | 'act';
  /** Pattern for subjects of certificates that do not contain the identifier of the profile. */
  readonly subject?: RegExp | undefined;
  /** Renewal window: a duration, or a share of the certificate lifetime (more than 0, at most 1/2). */
  readonly window: number | { readonly share: number };
  readonly jitter: number;
  readonly nativeGrace: number;
  readonly stale: number;
  /** When absent, only inventory proves a renewal. */
  readonly proof?: ProofSource | undefined;
  /** Settings of the mechanism `overlap`; absent with a single profile. */
  readonly overlap?: OverlapPolicy | undefined;
  /** Mechanisms that Recert may use automatically, in the order in which they are tried. */
  readonly mechanisms: readonly Mechanism[];
  /** Settings of the mechanism `cycle`; absent when it is not configured. */
  readonly cycle?: CyclePolicy | undefined;
  readonly waits: {
    readonly online: number;
    readonly command: number;
    readonly delivery: number;
    readonly blankPush: readonly number[];
    readonly inventory: number;
    /** How long a canary wave waits for the proof of an acknowledged attempt. */
    readonly proof: number;
    /** Times after the acknowledgment at which the declarative status is read. When absent, it is never read. */
    readonly status?: readonly number[] | undefined;
    readonly poll: number;
    readonly retry: number;
    readonly retryMost: number;
    readonly hold: number;
  };
  readonly attempts: number;
  readonly attemptsWithin: number;
  readonly hourlyCap: number;
  readonly inFlight: number;
  /** Maximum number of certificate requests to the CA per hour; `hourlyCap` when absent. */
  readonly caLimit?: number | undefined;
  /** Maximum number of attempts that are sent per minute; `hourlyCap` when absent. */
  readonly perMinute?: number | undefined;
  /** Time by which certificates are due earlier than `window` requires, by their day of expiry. None when absent. */
  readonly leads?: readonly Lead[] | undefined;
  /** Sizes of the canary waves. */
  readonly canary: readonly number[];
  readonly breaker: BreakerPolicy;
  readonly maintenance: readonly MaintenanceWindow[];
  /** `allow`: a certificate that expires before the next maintenance window, or within a day, is renewed outside of it. */
  readonly maintenanceUrgent?: 'allow' | 'wait' | undefined;
}

/**
 * IDs of the two profiles and the two static groups, and how long a Mac keeps both profiles after verification
 * (settle time).
 */
export interface OverlapPolicy {
  readonly blue: string;
  readonly green: string;
  readonly joinGreen: string;
  readonly leaveBlue: string;
  readonly settle: number;
}

/** Settings of the mechanism `cycle`, which removes the profile from a Mac for some minutes and installs it again. */
export interface CyclePolicy {
  /** ID of the static group that the profile (with `overlap`: both profiles) excludes. */
  readonly exclude: string;
  /** Maximum time since the last contact of the Mac with Jamf Pro. */
  readonly seen: number;
  /** Maximum remaining validity of the certificate. While it is higher, `cycle` is not used. */
  readonly left: number;
  /** The Mac leaves the exclusion group after `lease` at the latest. If it is still a member `alarm` later, an incident opens. */
  readonly lease: number;
  readonly alarm: number;
  readonly inFlight: number;
  /** Maximum share of the Macs in scope that are renewed with `cycle` within a day. */
  readonly daily: number;
}

/**
 * An entry of `profiles` in the configuration: its settings, and the configuration profile (with `overlap`, two) that it names, as read
 * from Jamf Pro.
 */
export interface WatchedProfile {
  readonly instance: string;
  /** Key of the entry in the configuration. */
  readonly name: string;
  readonly policy: RedistributionPolicy;
  /** The first profile; the only one without `overlap`. */
  readonly blue: Profile;
  /** The second profile of `overlap`; `null` without it. */
  readonly green: Profile | null;
  /** IDs of configured groups that turned out to be smart groups in Jamf Pro. Absent before the groups have been read. */
  readonly smartGroups?: readonly string[];
  /** IDs of configuration profiles of this entry that were deleted in Jamf Pro after they had been read. Absent when there are none. */
  readonly gone?: readonly string[];
  /**
   * The capacity that was chosen from the fleet; `null` before the first full sweep has read all Macs. Absent where the capacity is not
   * stored.
   */
  readonly chosen?: ChosenCapacity | null;
}

/** Returns the configuration profiles of a watched profile: `blue`, and with `overlap` also `green`. */
export function profilesOf({ blue, green }: Pick<WatchedProfile, 'blue' | 'green'>): readonly Profile[] {
  return green === null ? [blue] : [blue, green];
}

/**
 * Whether only the Redistribute Profile setting of Jamf Pro renews certificates. Recert then verifies the renewals. In addition, it can
 * only have Jamf Pro repeat a failed installation.
 */
export function isNativeOnly({ mechanisms }: Pick<RedistributionPolicy, 'mechanisms'>): boolean {
  return mechanisms.includes('native') && mechanisms.every((one) => one === 'native' || one === 'unstick');
}

/**
 * Returns a hash of the settings that determine which data of a Mac is stored: matching certificates and relevant
 * groups. When the hash changes, the whole fleet must be read again.
 */
export function watchHashOf(watched: readonly WatchedProfile[]): string {
  const parts = watched.map(({ name, policy, blue, green }) => [
    name,
    policy.subject?.source,
    policy.overlap,
    policy.cycle?.exclude,
    profilesOf({ blue, green }).map(({ id, identifier, scope }) => [id, identifier, scope]),
  ]);
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
}
