/** The fields of a `JamfError`. No field ever contains a secret. */
export interface JamfErrorFields {
  instance: string;
  /** Name of the API call in metrics and errors: src/jamf/resources/calls.ts. */
  call: string;
  /** HTTP status of the response; `null` when there was no response. */
  status: number | null;
  /** What happened, as the predicate of the message, such as `answered 409` or `did not answer within 30s`. */
  happened: string;
  /** Error text of Jamf Pro, unchanged; `''` if there was none. */
  said: string;
  /** What an operator can do. */
  advice: string;
  /** Whether the same call may succeed later without any change. */
  retryable: boolean;
  /** Whether a write may have been executed although no success was received. Read the object back before you retry. */
  inDoubt: boolean;
  /** How long Jamf Pro asks to wait, milliseconds; `null` if it does not ask. */
  retryAfterMs: number | null;
}

/**
 * A failed call to Jamf Pro. The message contains the name of the server, the call, what happened, the error text
 * of Jamf Pro, and what to do.
 */
export class JamfError extends Error {
  readonly instance: string;
  readonly call: string;
  readonly status: number | null;
  readonly said: string;
  readonly advice: string;
  readonly retryable: boolean;
  readonly inDoubt: boolean;
  readonly retryAfterMs: number | null;

  constructor(fields: JamfErrorFields) {
    const { instance, call, happened, said, advice } = fields;
    super(`${instance}: ${call} ${happened}${said === '' ? '' : ` (${said})`}. ${advice}`);
    this.name = 'JamfError';
    this.instance = instance;
    this.call = call;
    this.status = fields.status;
    this.said = said;
    this.advice = advice;
    this.retryable = fields.retryable;
    this.inDoubt = fields.inDoubt;
    this.retryAfterMs = fields.retryAfterMs;
  }
}
