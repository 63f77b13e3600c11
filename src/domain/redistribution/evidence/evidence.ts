import type { Cover } from './cover.js';
import type { Assessment } from '../../assessment.js';
import type { KnownComputer } from '../../known.js';
import type { MdmCommand } from '../../profile.js';
import type { WatchedProfile } from '../../watched.js';
import type { Breaker } from '../safety-limits/circuit-breaker.js';
import type { Side } from '../direction.js';
import type { GroupChange, GroupRole, Intent, Redistribution } from '../record.js';

/** The pause of an instance: while it is set, nothing new is written to its Jamf Pro server. */
export interface Pause {
  by: string;
  reason: string;
  at: number;
}

/** Rate limit (certificates per hour) and concurrency limit of one watched profile, across all workers. */
export interface Caps {
  hourly: number;
  inFlight: number;
}

/** A temporary hold (cool-down) of a Jamf Pro server: no redistribution starts until it ends. `text`: lower-case start, no full stop. */
export interface Hold {
  why: 'restart' | 'version' | 'failing';
  text: string;
  until: number;
}

/** Capacity of a watched profile, and whether the requesting redistribution may start. */
export interface Capacity {
  /** True when there is capacity and no Mac with an earlier expiry is waiting for it. */
  turn: boolean;
  /** `freeAt`: when the rate limit allows this redistribution (epoch milliseconds); `null` when it does now. */
  hourly: { used: number; cap: number; freeAt: number | null };
  inFlight: { used: number; cap: number };
  /** Current canary wave: `limit` bounds the Macs that are verified or in progress; `null` after the last wave. Absent without canary. */
  canary?: { used: number; limit: number } | null;
  breaker?: Breaker | null;
  hold?: Hold | null;
  /** Number of waiting Macs with an earlier expiry. */
  ahead: number;
}

/** Permit for one attempt. A repeated request for the same attempt returns the same permit, so that a retried job does not use two. */
export type Permit = { granted: true } | { granted: false; room: Capacity };

/** Capacity of the mechanism `cycle`: Macs in progress, and Macs started within a day. */
export interface CycleCapacity {
  inFlight: { used: number; cap: number };
  daily: { used: number; cap: number };
}

/** Permit for one attempt by `cycle`. A repeated request for the same attempt returns the same permit. */
export type CyclePermit = { granted: true } | ({ granted: false } & CycleCapacity);

/** A command list of one Mac: one command type, one of the two profiles. */
export type CommandList = `${'install' | 'remove'}-${Side}`;

/** Input of one step. Stored facts and the pause are always present. The rest is fetched only when a step requests it, to save calls. */
export interface Evidence {
  /** The Mac as stored; `null` when it is unknown. */
  computer: KnownComputer | null;
  assessment: Assessment | null;
  paused: Pause | null;
  /** Group membership, read from Jamf Pro in this step. */
  membership?: Partial<Record<GroupRole, boolean>>;
  commands?: Partial<Record<CommandList, readonly MdmCommand[]>>;
  /** Attempts for this Mac and profile within `attemptsWithin`, across all redistributions. */
  attemptsUsed?: number;
  room?: Capacity;
  token?: Permit;
  cycleToken?: CyclePermit;
  /** The open circuit breaker of the watched profile; `null` while it is closed. */
  breaker?: Breaker | null;
  /** Error text of the failed command in the computer history, `''` when there is none. */
  failureText?: string;
  /** The write that succeeded in this step. */
  written?: Intent['purpose'];
  /** What protects the Mac when the other profile is taken away, read from Jamf Pro in this step. */
  cover?: Partial<Record<Side, Cover>>;
}

/** Evidence that a step requests. `sentAfter`: only commands sent at or after this instant. */
export type Need =
  | { what: 'membership'; groups: readonly GroupRole[] }
  | { what: 'commands'; lists: readonly CommandList[]; sentAfter: number }
  | { what: 'attempts'; since: number }
  | { what: 'room'; attempt: number; overHourlyCap: boolean; overCanary: boolean }
  | { what: 'token'; attempt: number; overHourlyCap: boolean; overCanary: boolean }
  | { what: 'cycle-token'; attempt: number }
  | { what: 'breaker' }
  | { what: 'failure-text'; side: Side }
  | { what: 'cover'; side: Side };

/** An action to perform after the record is stored. */
export type Effect =
  | { do: 'change-group'; purpose: Intent['purpose']; change: GroupChange }
  /** Clears the failed commands of this Mac, so that Jamf Pro sends the profiles in scope again. */
  | { do: 'flush-failed' }
  | { do: 'blank-push' }
  | { do: 'ask-inventory' };

/** Result of one step. */
export type Outcome =
  /** Call the step again with this evidence; nothing has changed. */
  | { kind: 'need'; needs: readonly Need[] }
  /** Store the record, perform the effect, and call the step again with fresh evidence. */
  | { kind: 'move'; record: Redistribution; effect: Effect | null }
  /** Store the record, perform the effect, and wait until `wakeAt` or an earlier signal. */
  | { kind: 'wait'; record: Redistribution; effect: Effect | null }
  /** Store the record; nothing is left to do. */
  | { kind: 'close'; record: Redistribution };

/** Arguments of a step. `now`: epoch milliseconds. */
export interface Context {
  record: Redistribution;
  evidence: Evidence;
  watched: WatchedProfile;
  now: number;
}
