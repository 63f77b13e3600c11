import { formatDuration } from '../../config/values/duration.js';
import { adviceFor, isPassingConflict } from './advice.js';
import { type CallName, factsOf } from '../resources/calls.js';
import { JamfError, type JamfErrorFields } from '../../domain/jamf-error.js';
import type { Outcome } from './outcome.js';
import { mayBeDone, mayPass } from './retry.js';
import { errorTextOf } from './error-body.js';
import { retryAfterOf } from './retry-after.js';

/** Values for the errors of one Jamf Pro server. */
export interface FailureReporter {
  instance: string;
  timeoutMs: number;
  now: () => number;
  /** Replaces the credentials and tokens in a text, because Jamf Pro may repeat them. */
  redact: (text: string) => string;
}

/** Converts the final outcome of a failed call to the error that the calling code receives. */
export function failureOf(call: CallName, outcome: Outcome, teller: FailureReporter): JamfError {
  const { instance, now, redact } = teller;
  const said = redact(saidOf(call, outcome));
  return new JamfError({
    instance,
    call,
    status: outcome.status,
    happened: happened(outcome, teller),
    said,
    advice: `${adviceFor(call, outcome, said)}.`,
    retryable: mayPass(outcome) || isPassingRejection(call, outcome.status, said),
    inDoubt: !factsOf(call).safe && mayBeDone(outcome),
    retryAfterMs: outcome.kind === 'answer' ? retryAfterOf(outcome.headers, now()) : null,
  });
}

/**
 * Whether waiting can resolve a rejection. Status 401 for a new token means that the cluster node does not know the
 * token yet.
 */
function isPassingRejection(call: CallName, status: number | null, errorText: string): boolean {
  if (status === 401) return call !== 'session.token';
  return status === 409 && isPassingConflict(call, errorText);
}

const REPORT = 'Check that Recert supports this Jamf Pro version, and report the error.';

/** Creates the error for a successful response with an unexpected shape. `what` names fields, never values. */
export function notUnderstood(
  instance: string,
  call: CallName,
  what: string,
  { status = 200, advice = REPORT }: { status?: number; advice?: string } = {},
): JamfError {
  const happened = `answered ${status} with an unexpected response`;
  return finalError({ instance, call, status, happened, said: what, advice });
}

/** Creates the error for a request that was not sent because a value in it is missing or not usable. */
export function notSent(instance: string, call: CallName, why: string, advice: string): JamfError {
  return finalError({ instance, call, status: null, happened: 'was not sent', said: why, advice });
}

function finalError(
  fields: Pick<JamfErrorFields, 'instance' | 'call' | 'status' | 'happened' | 'said' | 'advice'>,
): JamfError {
  return new JamfError({ ...fields, retryable: false, inDoubt: false, retryAfterMs: null });
}

/** If the response may contain a secret, only text in known error formats is quoted, never a plain-text body. */
function saidOf(call: CallName, outcome: Outcome): string {
  if (outcome.kind === 'no-answer') return outcome.detail;
  if (factsOf(call).secret && !/^\s*[{<]/.test(outcome.text)) return '';
  return errorTextOf(outcome.text);
}

function happened(outcome: Outcome, { timeoutMs }: FailureReporter): string {
  if (outcome.kind === 'answer') return `answered ${outcome.status}`;
  switch (outcome.reason) {
    case 'unreachable':
      return 'could not connect';
    case 'untrusted':
      return 'could not connect over TLS';
    case 'timeout':
      return `did not answer within ${formatDuration(timeoutMs)}`;
    case 'broken':
      return 'failed: the connection closed before the response was complete';
    case 'too-large':
      return 'returned a response above the size limit';
    case 'garbled':
      return 'returned a response that is not JSON';
    case 'fenced':
      return 'was not sent';
    case 'held':
      return 'was skipped: Jamf Pro is failing';
  }
}
