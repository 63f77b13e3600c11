/** Header names in lower case. */
export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Jamf, or something before it, answered completely. */
export interface Answer {
  kind: 'answer';
  status: number;
  headers: Headers;
  text: string;
  /** The parsed body, where JSON was expected of an answer that succeeded. */
  json: unknown;
}

/** Why a call has no answer that can be used. */
export type NoAnswerReason =
  /** The connection was not made. */
  | 'unreachable'
  /** TLS: the certificate of the server is not trusted. */
  | 'untrusted'
  | 'timeout'
  /** The connection broke before the answer was complete. */
  | 'broken'
  /** The answer is larger than is read. */
  | 'too-large'
  /** The answer should be JSON and is not: half a body, a login page, a proxy. */
  | 'garbled'
  /** The breaker is open: nothing was sent. */
  | 'held';

/** There is nothing to work with. */
export interface NoAnswer {
  kind: 'no-answer';
  reason: NoAnswerReason;
  /** False when the request certainly did not reach the server. */
  reached: boolean;
  /** What may be shown: an error code such as ECONNREFUSED, the title of a page. */
  detail: string;
  status: number | null;
}

/** What became of one attempt. */
export type Outcome = Answer | NoAnswer;

/** How an outcome is called in metrics and logs: the status, or the reason why there is none. A small, closed set. */
export function labelOf(outcome: Outcome): string {
  return outcome.kind === 'answer' ? String(outcome.status) : outcome.reason;
}

/** Whether the server, or the way to it, is in trouble; what it refuses (4xx) is not trouble. */
export function isTrouble(outcome: Outcome): boolean {
  if (outcome.kind === 'answer') return outcome.status >= 500;
  return outcome.reason !== 'too-large' && outcome.reason !== 'held';
}

/** One value of a header. */
export function header(headers: Headers, name: string): string | null {
  const value = headers[name];
  return (typeof value === 'string' ? value : value?.[0]) ?? null;
}
