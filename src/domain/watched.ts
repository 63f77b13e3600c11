import type { Profile } from './profile.js';
import type { BreakerPolicy } from './redistribution/breaker.js';
import type { MaintenanceWindow } from './redistribution/maintenance.js';

/**
 * Everything that decides when and how one profile is redistributed. All durations are milliseconds.
 * It has the shape of a watched profile in configuration, so that a setting has one name everywhere.
 */
export interface RedistributionPolicy {
  /** observe: nothing is written to Jamf. */
  readonly mode: 'observe' | 'act';
  /** Matches the subject when it does not contain the profile's identifier. */
  readonly subject?: RegExp | undefined;
  /** A time, or a share of the lifetime of the certificate (more than 0, at most a half). */
  readonly window: number | { readonly share: number };
  readonly jitter: number;
  readonly nativeGrace: number;
  readonly stale: number;
  /** Ids of the two profiles and the two static groups, and how long both profiles stay after the proof. */
  readonly overlap: {
    readonly blue: string;
    readonly green: string;
    readonly joinGreen: string;
    readonly leaveBlue: string;
    readonly settle: number;
  };
  readonly waits: {
    readonly online: number;
    readonly command: number;
    readonly delivery: number;
    readonly blankPush: readonly number[];
    readonly inventory: number;
    readonly poll: number;
    readonly retry: number;
    readonly retryMost: number;
    readonly hold: number;
  };
  readonly attempts: number;
  readonly attemptsWithin: number;
  readonly hourlyCap: number;
  readonly inFlight: number;
  /** Sizes of the waves with which triggering begins. */
  readonly canary: readonly number[];
  readonly breaker: BreakerPolicy;
  readonly maintenance: readonly MaintenanceWindow[];
}

/** A watched SCEP profile: our policy, and what Jamf says of the two profiles of `overlap`. */
export interface WatchedProfile {
  readonly instance: string;
  /** Name of the profile in our configuration. */
  readonly name: string;
  readonly policy: RedistributionPolicy;
  readonly blue: Profile;
  readonly green: Profile;
}
