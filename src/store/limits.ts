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

/** How much of the caps is used, and when the hourly one has room again (epoch milliseconds, `null` when it has). */
export interface Room {
  hourly: { used: number; cap: number; freeAt: number | null };
  inFlight: { used: number; cap: number };
}

/** A token for one attempt: asked for again it is the same one, so that a repeated job does not pay twice. */
export type Token = { granted: true } | { granted: false; room: Room };

/** What holds redistributions back, shared by all workers. */
export interface LimitStore {
  pause(instance: string, pause: Pause): Promise<void>;
  /** Returns the pause that ended, `null` when there was none. */
  resume(instance: string): Promise<Pause | null>;
  paused(instance: string): Promise<Pause | null>;
  /** How much room there is; takes nothing. */
  look(instance: string, profile: string, caps: Caps, now: number): Promise<Room>;
  /** Takes a token, if there is room or `overHourlyCap` says that a person overrides the hourly cap. */
  take(
    instance: string,
    profile: string,
    request: { redistributionId: string; attempt: number; caps: Caps; now: number; overHourlyCap: boolean },
  ): Promise<Token>;
}
