/** A message was not delivered, or delivery is unknown. The text contains no address, key or body, because it is logged and stored. */
export class NotSentError extends Error {
  /** HTTP status; `null` if there was no response. */
  readonly status: number | null;
  /** Wait that the receiver requests, milliseconds; 0 if it requests none. */
  readonly waitMs: number;

  constructor(
    message: string,
    { status = null, waitMs = 0 }: { status?: number | null; waitMs?: number } = {},
  ) {
    super(message);
    this.name = 'NotSentError';
    this.status = status;
    this.waitMs = waitMs;
  }
}
