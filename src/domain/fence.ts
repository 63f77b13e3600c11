/**
 * Decides whether one write to Jamf Pro may still be sent. The process may have been suspended since the write was
 * decided.
 */
export interface Fence {
  /** Checks in Redis whether the write may be sent. Returns `null` if it may, otherwise the reason. */
  check: () => Promise<string | null>;
  /**
   * Maximum age of the result of the check when the request is sent, milliseconds. If the result is older, the check is
   * repeated.
   */
  maxAgeMs: number;
}

/** Thrown when the check immediately before a write refuses it. Nothing was sent to Jamf Pro. */
export class FencedError extends Error {
  /** Why the write was refused, as part of a sentence. */
  readonly reason: string;

  constructor(reason: string) {
    super(`nothing was written to Jamf Pro: ${reason}`);
    this.name = 'FencedError';
    this.reason = reason;
  }
}
