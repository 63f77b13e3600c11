import { formatDuration } from '../../config/values/duration.js';
import { adviceFor, isPassingConflict } from './advice.js';
import { type CallName, factsOf } from '../resources/calls.js';
import { JamfError } from '../../domain/jamf-error.js';
import type { Outcome } from './outcome.js';
import { mayBeDone, mayPass } from './retry.js';
import { saidBy } from './error-body.js';
import { askedToWait } from './retry-after.js';

/** Whom an error is about and how it is told. */
export interface Teller {
  instance: string;
  timeoutMs: number;
  now: () => number;
  /** Hides every secret that is in use, should Jamf repeat one. */
  redact: (text: string) => string;
}

/** The error that an outcome is for whoever called. */
export function failureOf(call: CallName, outcome: Outcome, teller: Teller): JamfError {
  const { instance, now, redact } = teller;
  const said = redact(saidOf(call, outcome));
  return new JamfError({
    instance,
    call,
    status: outcome.status,
    happened: happened(outcome, teller),
    said,
    advice: `${adviceFor(call, outcome, said)}.`,
    retryable: mayPass(outcome) || (outcome.status === 409 && isPassingConflict(said)),
    inDoubt: !factsOf(call).safe && mayBeDone(outcome),
    retryAfterMs: outcome.kind === 'answer' ? askedToWait(outcome.headers, now()) : null,
  });
}

/** The error for an answer that succeeded and does not have the shape it must have. `what` names places, never values. */
export function notUnderstood(instance: string, call: CallName, what: string, status = 200): JamfError {
  return new JamfError({
    instance,
    call,
    status,
    happened: `answered ${status} with something that is not understood`,
    said: what,
    advice: 'Compare the version of Jamf Pro with those that Recert knows, and report it.',
    retryable: false,
    inDoubt: false,
    retryAfterMs: null,
  });
}

/** Of answers that may hold a secret only the known shapes of an error are quoted, nothing free. */
function saidOf(call: CallName, outcome: Outcome): string {
  if (outcome.kind === 'no-answer') return outcome.detail;
  if (factsOf(call).secret && !/^\s*[{<]/.test(outcome.text)) return '';
  return saidBy(outcome.text);
}

function happened(outcome: Outcome, { timeoutMs }: Teller): string {
  if (outcome.kind === 'answer') return `answered ${outcome.status}`;
  switch (outcome.reason) {
    case 'unreachable':
      return 'could not connect';
    case 'untrusted':
      return 'could not connect over TLS';
    case 'timeout':
      return `did not answer within ${formatDuration(timeoutMs)}`;
    case 'broken':
      return 'broke off before the answer was complete';
    case 'too-large':
      return 'answered more than is read';
    case 'garbled':
      return 'answered something that is no JSON';
    case 'held':
      return 'was not made: Jamf is in trouble';
  }
}
