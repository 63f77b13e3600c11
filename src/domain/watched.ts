import { createHash } from 'node:crypto';
import type { Profile } from './profile.js';
import type { BreakerPolicy } from './redistribution/safety-limits/circuit-breaker.js';
import type { MaintenanceWindow } from './redistribution/safety-limits/maintenance-window.js';
import type { Mechanism } from './redistribution/record.js';

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
  /** What Recert may do by itself, in the order in which it is tried. */
  readonly mechanisms: readonly Mechanism[];
  /** Of the mechanism `cycle`. */
  readonly cycle?: CyclePolicy | undefined;
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

/** When a Mac may lose its profile for some minutes, so that it is installed anew. */
export interface CyclePolicy {
  /** Id of the static group that both profiles exclude. */
  readonly exclude: string;
  /** Seen within this time. */
  readonly seen: number;
  /** No more than this is left of the certificate. */
  readonly left: number;
  /** A Mac is taken back after this, whatever has come of it; and somebody is told when it is not back after so much more. */
  readonly lease: number;
  readonly alarm: number;
  readonly inFlight: number;
  /** Share of the Macs in scope within a day. */
  readonly daily: number;
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

/**
 * Returns a hash of the settings that determine which facts of a Mac are stored: matching certificates and relevant groups. When it
 * changes, the whole fleet must be read again.
 */
export function markOf(watched: readonly WatchedProfile[]): string {
  const parts = watched.map(({ name, policy, blue, green }) => [
    name,
    policy.subject?.source,
    policy.overlap,
    policy.cycle?.exclude,
    [blue, green].map(({ id, identifier, scope }) => [id, identifier, scope]),
  ]);
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
}
