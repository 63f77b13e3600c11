import { type CallName, factsOf } from '../resources/calls.js';
import { mayBeDone } from './retry.js';
import type { NoAnswerReason, Outcome } from './outcome.js';

const READ_BACK = 'It is not known whether it was done: read it back before trying again';
const CHECK_URL = 'Check the url of this instance';

const BY_REASON: Record<NoAnswerReason, string> = {
  unreachable: `${CHECK_URL}, name resolution and the way there`,
  untrusted: `${CHECK_URL}, or name the CA of its certificate in NODE_EXTRA_CA_CERTS`,
  timeout: 'Jamf or the way to it is slow; when it stays so, look at its load or raise timeout',
  broken: 'Jamf, or a proxy before it, cut the connection; when it stays so, look at its log',
  'too-large': 'Lower pageSize of this instance',
  garbled: `Something before Jamf may have answered, such as a proxy or a login page. ${CHECK_URL}`,
  held: 'It failed several times in a row and is left alone for a moment; calls go on by themselves when it answers',
};

/** What a person can do about an outcome, one or two sentences without the last full stop. */
export function adviceFor(call: CallName, outcome: Outcome, said: string): string {
  const advice = outcome.kind === 'answer' ? byStatus(call, outcome.status, said) : BY_REASON[outcome.reason];
  return !factsOf(call).safe && mayBeDone(outcome) ? `${READ_BACK}. ${advice}` : advice;
}

function byStatus(call: CallName, status: number, said: string): string {
  if (call === 'session.token' && [400, 401, 403].includes(status))
    return 'Check the credentials of this instance, and that the API client or the account is enabled and not expired';
  const { privilege } = factsOf(call);
  switch (status) {
    case 401:
      return 'Jamf refused a token it had just given: check that the API client or the account is still enabled';
    case 403:
      return privilege === null
        ? 'Look at the privileges of the API role'
        : `Give the API role the privilege "${privilege}"; it counts from the next token on`;
    case 404:
      return MISSING[call] ?? `${CHECK_URL} and the version of Jamf Pro`;
    case 409:
      return byConflict(said);
    case 429:
      return 'It is called too often, by us or by others; lower maxConnections when it stays so';
    default:
      if (status >= 500) return 'Jamf has trouble; when it stays so, look at its status page and its log';
      if (status >= 300 && status < 400)
        return `${CHECK_URL}: it must be the address of Jamf Pro itself, with https`;
      return 'Jamf did not accept the request: look at its version and at what it said';
  }
}

const NO_GROUP = 'Jamf has no computer group of this id: check joinGreen and leaveBlue in the configuration';

const NO_WEBHOOK = 'Jamf has no webhook of this id any more: somebody else changes webhooks just now';

const MISSING: Partial<Record<CallName, string>> = {
  'profiles.read': 'Jamf has no profile of this id: check blue and green in the configuration',
  'groups.read': NO_GROUP,
  'groups.add': NO_GROUP,
  'groups.remove': NO_GROUP,
  'history.commands': 'Jamf has no computer of this id: it may have been deleted',
  'webhooks.read': NO_WEBHOOK,
  'webhooks.update': NO_WEBHOOK,
  'webhooks.delete': NO_WEBHOOK,
};

/** Classic answers 409 to whatever it does not accept. Nothing is changed then: deltas are atomic. */
function byConflict(said: string): string {
  if (/unable to match computer/i.test(said))
    return 'Nothing was changed: Jamf does not know a computer of the request; it may have been deleted';
  if (/not managed|unmanaged/i.test(said))
    return 'Nothing was changed: a computer of the request is not managed, and Jamf then refuses all of them';
  if (/duplicate name/i.test(said)) return 'Nothing was changed: another one of this name exists';
  if (isPassingConflict(said)) return 'Nothing was changed: Jamf was busy, and may accept it later';
  return 'Nothing was changed: Jamf refused the request as it stands';
}

/** A 409 that comes and goes. Source: jamf-facts, errors of the Classic API. */
export function isPassingConflict(said: string): boolean {
  return /unable to update the database/i.test(said);
}
