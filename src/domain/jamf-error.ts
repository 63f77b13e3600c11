/** What a `JamfError` is made of. No field ever holds a secret. */
export interface JamfErrorFields {
  instance: string;
  /** Name of the call, as metrics and errors use it: src/jamf/resources/calls.ts. */
  call: string;
  /** HTTP status, `null` when there was no answer. */
  status: number | null;
  /** Predicate of the message, such as `answered 409` or `did not answer within 30s`. */
  happened: string;
  /** Error text of Jamf Pro, unchanged; `''` if the response had none. */
  said: string;
  /** Action that an operator can take. */
  advice: string;
  /** True if the same call may succeed later without any change. */
  retryable: boolean;
  /** True if a write may have been applied although no success was received: read the object back before you retry. */
  inDoubt: boolean;
  /** Wait that Jamf Pro requested, milliseconds; `null` if it requested none. */
  retryAfterMs: number | null;
}

/** A failed call to Jamf Pro. The message contains the instance, the call, what happened, the error text of Jamf Pro and the action to take. */
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
