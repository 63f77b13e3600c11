/** Decides whether one write may still be sent. A process may have been frozen since the write was decided. */
export interface Fence {
  /** Checks with the store. Returns `null` when the write may be sent, else why not. */
  check: () => Promise<string | null>;
  /** An answer that is older than this when the request is about to be sent is checked again, milliseconds. */
  maxAgeMs: number;
}

/** A fence refused a write. Nothing was sent to Jamf Pro. */
export class FencedError extends Error {
  /** Why, as the middle of a sentence. */
  readonly reason: string;

  constructor(reason: string) {
    super(`nothing was written to Jamf Pro: ${reason}`);
    this.name = 'FencedError';
    this.reason = reason;
  }
}
