/** What a `JamfError` is made of. No field ever holds a secret. */
export interface JamfErrorFields {
  instance: string;
  /** Name of the call, as metrics and errors use it: src/jamf/resources/calls.ts. */
  call: string;
  /** HTTP status, `null` when there was no answer. */
  status: number | null;
  /** What happened, as the middle of a sentence: `answered 409`, `did not answer within 30s`. */
  happened: string;
  /** What Jamf said, in its own words, `''` when it said nothing that could be read. */
  said: string;
  /** What a person can do about it. */
  advice: string;
  /** True when the same call may well succeed later, with nothing changed. */
  retryable: boolean;
  /** True when a write may have been done though nobody said so: read back before doing it again. */
  inDoubt: boolean;
  /** How long Jamf asked to be left alone, milliseconds, `null` when it did not. */
  retryAfterMs: number | null;
}

/** A call to Jamf Pro that failed. Its message names the instance, the call, what happened, what Jamf said and what to do. */
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
