import type { Cover } from './cover.js';
import type { CommandListing } from './listing.js';
import type { StatusEvidence } from './status.js';
import type { Assessment } from '../../assessment.js';
import type { KnownComputer } from '../../known.js';
import type { MdmCommand } from '../../profile.js';
import type { WatchedProfile } from '../../watched.js';
import type { Breaker } from '../safety-limits/circuit-breaker.js';
import type { Side } from '../direction.js';
import type { GroupChange, GroupRole, Intent, Redistribution } from '../record.js';

/** The pause of a Jamf Pro server. While it is set, no new write is sent to the server. */
export interface Pause {
  by: string;
  reason: string;
  at: number;
}

/**
 * Limits of one watched profile, across all workers: attempts sent in an hour and in a minute, attempts in progress, and requests that
 * the CA may get in an hour (see `askedOfCa` in permits.ts). If `perMinute` or `ca` is absent, the value of
 * `hourly` applies.
 */
export interface Caps {
  hourly: number;
  perMinute?: number | undefined;
  inFlight: number;
  ca?: number | undefined;
}

/**
 * A temporary hold (cool-down) of a Jamf Pro server: no redistribution starts until it ends. `text` is part of a
 * sentence: lower-case start, no full stop.
 */
export interface Hold {
  why: 'restart' | 'version' | 'failing';
  text: string;
  until: number;
}

/** The capacity of a watched profile, and whether the redistribution that requests a permit may start. */
export interface Capacity {
  /** True when there is capacity and no Mac with an earlier expiry waits. */
  turn: boolean;
  /**
   * `freeAt`: when the rate limit will allow this redistribution, epoch milliseconds; `null` when it already allows it.
   */
  hourly: { used: number; cap: number; freeAt: number | null };
  inFlight: { used: number; cap: number };
  /**
   * Current canary wave: at most `limit` Macs may be verified or in progress. `null` after the last wave; absent
   * if no canary is configured.
   */
  canary?: { used: number; limit: number } | null;
  breaker?: Breaker | null;
  hold?: Hold | null;
  /** Number of waiting Macs whose certificate expires earlier. */
  ahead: number;
}

/**
 * Permit for one attempt. `canary`: the attempt is part of a canary wave. A repeated request for the same attempt
 * returns the same permit, so that a retried job does not use two permits.
 */
export type Permit = { granted: true; canary?: true } | { granted: false; room: Capacity };

/** The capacity of the mechanism `cycle`: Macs in progress, and Macs that started within the last day. */
export interface CycleCapacity {
  inFlight: { used: number; cap: number };
  daily: { used: number; cap: number };
}

/** A permit for one attempt with the mechanism `cycle`. A repeated request for the same attempt returns the same permit. */
export type CyclePermit = { granted: true } | ({ granted: false } & CycleCapacity);

/** A list of commands of one Mac: one type of command for one of the two profiles. */
export type CommandList = `${'install' | 'remove'}-${Side}`;

/**
 * The data that a worker has when it processes a redistribution. The stored Mac, its assessment and the pause are
 * always present. All other data is read only when `step` requests it, to save API calls.
 */
export interface Evidence {
  /** The Mac as stored in Redis; `null` when it is unknown. */
  computer: KnownComputer | null;
  assessment: Assessment | null;
  paused: Pause | null;
  /** Group membership that was read from Jamf Pro for the current decision. */
  membership?: Partial<Record<GroupRole, boolean>>;
  commands?: Partial<Record<CommandList, readonly MdmCommand[]>>;
  /** Number of attempts for this Mac and profile within `attemptsWithin`, in all of its redistributions. */
  attemptsUsed?: number;
  room?: Capacity;
  token?: Permit;
  cycleToken?: CyclePermit;
  /** The open circuit breaker of the watched profile; `null` while it is closed. */
  breaker?: Breaker | null;
  /** The earliest expiry among the first certificates in the wait queue; `null` when the queue is empty. */
  nextExpiresAt?: number | null;
  /** Whether the server lists acknowledged commands. */
  listing?: CommandListing;
  /** The declarative status of the Mac, read from Jamf Pro for the current decision. */
  status?: StatusEvidence;
  /** Error text of the failed command in the history of the Mac; `''` when there is none. */
  failureText?: string;
  /** Purpose of the write that has just succeeded. */
  written?: Intent['purpose'];
  /**
   * By profile, the data that shows whether the Mac stays protected when the other profile is removed. Read from Jamf
   * Pro for the current decision.
   */
  cover?: Partial<Record<Side, Cover>>;
}

/** Data that `step` requests. `sentAfter`: only commands that were sent at or after this time. */
export type Need =
  | { what: 'membership'; groups: readonly GroupRole[] }
  | { what: 'commands'; lists: readonly CommandList[]; sentAfter: number }
  | { what: 'attempts'; since: number }
  | { what: 'room'; attempt: number; overHourlyCap: boolean; overCanary: boolean }
  | { what: 'token'; attempt: number; overHourlyCap: boolean; overCanary: boolean }
  | { what: 'cycle-token'; attempt: number }
  | { what: 'breaker' }
  | { what: 'next-expiry' }
  | { what: 'listing' }
  | { what: 'status'; isLast: boolean }
  | { what: 'failure-text'; side: Side }
  | { what: 'cover'; side: Side };

/** An action that the worker performs after it has stored the record. */
export type Effect =
  | { do: 'change-group'; purpose: Intent['purpose']; change: GroupChange }
  /** Clears the failed commands of this Mac. Jamf Pro then sends the profiles in scope again. */
  | { do: 'flush-failed' }
  | { do: 'blank-push' }
  | { do: 'ask-inventory' };

/** Result of `step`. */
export type Outcome =
  /** Read this data and call `step` again; nothing has changed. */
  | { kind: 'need'; needs: readonly Need[] }
  /** Store the record, perform the effect, and call `step` again with new data. */
  | { kind: 'move'; record: Redistribution; effect: Effect | null }
  /** Store the record, perform the effect, and wait until `wakeAt` or an earlier signal. */
  | { kind: 'wait'; record: Redistribution; effect: Effect | null }
  /** Store the record; nothing is left to do. */
  | { kind: 'close'; record: Redistribution };

/** The input of one call of `step`. `now`: epoch milliseconds. */
export interface Context {
  record: Redistribution;
  evidence: Evidence;
  watched: WatchedProfile;
  now: number;
}
