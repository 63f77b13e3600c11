/**
 * Thrown when a notification was not delivered, or when it is unknown whether it was. The text contains no
 * address, key or body, because it is logged and stored.
 */
export class NotSentError extends Error {
  /** HTTP status of the response; `null` if there was no response. */
  readonly status: number | null;
  /** How long the service asks to wait before the next attempt, milliseconds; 0 if it does not ask to wait. */
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
