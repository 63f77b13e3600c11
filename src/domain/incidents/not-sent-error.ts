/** A message did not get there, or nobody knows. The text names no address, key or body: it is logged and kept with the job. */
export class NotSentError extends Error {
  /** HTTP status, `null` when there was no answer. */
  readonly status: number | null;
  /** How long the receiver asks to be left alone, milliseconds; 0 when it does not ask. */
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
