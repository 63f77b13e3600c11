/** Response headers; names are in lower case. */
export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/** A complete response of Jamf Pro, or of a proxy in front of it. */
export interface Answer {
  kind: 'answer';
  status: number;
  headers: Headers;
  text: string;
  /**
   * Parsed body of a successful response if JSON was expected. Undefined otherwise, and if the body cannot be parsed.
   */
  json: unknown;
  /** True if the body was not valid JSON and was repaired. */
  repaired?: boolean;
}

/** Why an attempt has no response that can be used. */
export type NoAnswerReason =
  /** No connection was established. */
  | 'unreachable'
  /** The TLS certificate of the server is not trusted. */
  | 'untrusted'
  | 'timeout'
  /** The connection closed before the response was complete. */
  | 'broken'
  /** The response exceeds the size limit. */
  | 'too-large'
  /** The response is not JSON although JSON was expected, for example a login page or a page of a proxy. */
  | 'garbled'
  /** The circuit breaker is open, so nothing was sent. */
  | 'held'
  /** The check before the write (fence) refused the write. Nothing was sent. */
  | 'fenced';

/** An attempt without a response that can be used. */
export interface NoAnswer {
  kind: 'no-answer';
  reason: NoAnswerReason;
  /** False only if the request certainly did not reach the server. */
  reached: boolean;
  /** Details that are safe to show: an error code such as ECONNREFUSED, or the title of a page. */
  detail: string;
  status: number | null;
}

/** Result of one attempt. */
export type Outcome = Answer | NoAnswer;

/**
 * Returns the label of an outcome in metrics and logs: the HTTP status, or the reason why there is no response.
 * The set of labels is small and closed.
 */
export function labelOf(outcome: Outcome): string {
  return outcome.kind === 'answer' ? String(outcome.status) : outcome.reason;
}

/** Reasons that are not failures of the server. */
const NO_TROUBLE: ReadonlySet<NoAnswerReason> = new Set(['too-large', 'held', 'fenced']);

/** Whether the server or the network failed. Rejections (4xx) do not count. */
export function isTrouble(outcome: Outcome): boolean {
  if (outcome.kind === 'answer') return outcome.status >= 500;
  return !NO_TROUBLE.has(outcome.reason);
}

/** Returns the first value of a header; `null` if it is absent. `name` must be in lower case. */
export function header(headers: Headers, name: string): string | null {
  const value = headers[name];
  return (typeof value === 'string' ? value : value?.[0]) ?? null;
}
