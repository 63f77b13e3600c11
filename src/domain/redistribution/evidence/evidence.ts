import type { Assessment } from '../../assessment.js';
import type { KnownComputer } from '../../known.js';
import type { MdmCommand } from '../../profile.js';
import type { WatchedProfile } from '../../watched.js';
import type { Breaker } from '../safety-limits/circuit-breaker.js';
import type { Side } from '../direction.js';
import type { GroupChange, GroupRole, Intent, Redistribution } from '../record.js';

/** The kill switch of an instance: nothing is written to its Jamf Pro while it is set. */
export interface Pause {
  by: string;
  reason: string;
  at: number;
}

/** The caps of one watched profile, over all workers. */
export interface Caps {
  hourly: number;
  inFlight: number;
}

/** Why nothing is triggered at a Jamf Pro server for a while. */
export interface Hold {
  why: 'restart' | 'version' | 'failing';
  text: string;
  until: number;
}

/** How much of the caps is used, and whether it is the turn of the one that asks. */
export interface Room {
  /** There is room, and nobody with an earlier expiry waits for it. */
  turn: boolean;
  /** `freeAt`: when there is room for it under the hourly cap (epoch milliseconds), `null` when there is now. */
  hourly: { used: number; cap: number; freeAt: number | null };
  inFlight: { used: number; cap: number };
  /** Of the canary wave under way: so many may be verified or in flight together; `null` after the last wave. Absent: none. */
  canary?: { used: number; limit: number } | null;
  breaker?: Breaker | null;
  hold?: Hold | null;
  /** How many wait that expire earlier. */
  ahead: number;
}

/** A token for one attempt: asked for again it is the same one, so that a repeated job does not pay twice. */
export type Token = { granted: true } | { granted: false; room: Room };

/** How much of what `cycle` may do is used: on its way now, and begun within a day. */
export interface CycleRoom {
  inFlight: { used: number; cap: number };
  daily: { used: number; cap: number };
}

/** A token for one attempt by `cycle`; asked for again it is the same one. */
export type CycleToken = { granted: true } | ({ granted: false } & CycleRoom);

/** A list of commands of one Mac: of one type, for one of the two profiles. */
export type CommandList = `${'install' | 'remove'}-${Side}`;

/** What is known in one step. Facts and the pause are always there; the rest only when it was asked for, because it costs a call. */
export interface Evidence {
  /** From the store; `null` when the Mac is not known there. */
  computer: KnownComputer | null;
  assessment: Assessment | null;
  paused: Pause | null;
  /** As read back from Jamf in this step. */
  membership?: Partial<Record<GroupRole, boolean>>;
  commands?: Partial<Record<CommandList, readonly MdmCommand[]>>;
  /** Attempts for this Mac and profile within the policy's time, over all redistributions. */
  attemptsUsed?: number;
  room?: Room;
  token?: Token;
  cycleToken?: CycleToken;
  /** The breaker of the watched profile; `null` while it is closed. */
  breaker?: Breaker | null;
  /** What the computer history says of the failed command, `''` when nothing. */
  failureText?: string;
  /** The write that was done in this step and answered without error. */
  written?: Intent['purpose'];
}

/** Evidence that a state asks for. Commands are those sent at or after `sentAfter`. */
export type Need =
  | { what: 'membership'; groups: readonly GroupRole[] }
  | { what: 'commands'; lists: readonly CommandList[]; sentAfter: number }
  | { what: 'attempts'; since: number }
  | { what: 'room'; attempt: number; overHourlyCap: boolean; overCanary: boolean }
  | { what: 'token'; attempt: number; overHourlyCap: boolean; overCanary: boolean }
  | { what: 'cycle-token'; attempt: number }
  | { what: 'breaker' }
  | { what: 'failure-text'; side: Side };

/** Something to do once the record is durable. */
export type Effect =
  | { do: 'change-group'; purpose: Intent['purpose']; change: GroupChange }
  /** Flushes the failed commands of this one Mac: Jamf then sends again what is still called for. */
  | { do: 'flush-failed' }
  | { do: 'blank-push' }
  | { do: 'ask-inventory' };

/** What one step comes to. */
export type Outcome =
  /** Come back with this evidence; nothing has changed. */
  | { kind: 'need'; needs: readonly Need[] }
  /** Store the record, do the effect, step again with fresh evidence. */
  | { kind: 'move'; record: Redistribution; effect: Effect | null }
  /** Store the record, do the effect, sleep until its `wakeAt`, unless there is news before. */
  | { kind: 'wait'; record: Redistribution; effect: Effect | null }
  /** Store the record: nothing is left to do. */
  | { kind: 'close'; record: Redistribution };

/** What a step looks at. */
export interface Context {
  record: Redistribution;
  evidence: Evidence;
  watched: WatchedProfile;
  now: number;
}
