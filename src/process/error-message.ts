/** Returns the message of a thrown value, which may be of any type. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/**
 * Returns the message of the cause of a thrown value; without a cause, the message of the value. `fetch` contains the
 * reason of a failure only in the cause.
 */
export function causeOf(error: unknown): string {
  return messageOf(error instanceof Error && error.cause instanceof Error ? error.cause : error);
}
