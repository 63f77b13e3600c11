import { type CallName, factsOf } from '../resources/calls.js';
import { mayBeDone } from './retry.js';
import type { NoAnswerReason, Outcome } from './outcome.js';

const READ_BACK = 'Jamf Pro may have applied the change: read it back before you retry';
const CHECK_URL = 'Check the url of this instance';

const TOKEN_PATH =
  'tokenPath of this instance: remove it to try /api/v1/oauth/token and /api/oauth/token, or set it to the path that a proxy in front of Jamf Pro allows';

const ADVICE_BY_REASON: Record<NoAnswerReason, string> = {
  unreachable: `${CHECK_URL}, DNS and the network path`,
  untrusted: `${CHECK_URL}, or add the CA of its certificate to NODE_EXTRA_CA_CERTS`,
  timeout: 'Jamf Pro or the network is slow; if this persists, check the load of the server or raise timeout',
  broken:
    'Jamf Pro, or a proxy in front of it, closed the connection; if this persists, check the logs of both',
  'too-large': 'Lower pageSize of this instance',
  garbled: `A proxy or a login page may have responded in place of Jamf Pro. ${CHECK_URL}`,
  fenced: 'The conditions of the decision have changed, so Recert decides again',
  held: 'Repeated failures: calls are suspended briefly and resume automatically when Jamf Pro responds',
};

const SMALLER_PAGES =
  'Lower pageSize of this instance: inventory with certificates is slow in large pages. If small pages time out as well, check the load of the server or raise timeout';

const isInventory = (call: CallName) => call === 'computers.read' || call === 'computers.list';

/** Returns what an operator can do about a failed call: one or two sentences without the final period. */
export function adviceFor(call: CallName, outcome: Outcome, errorText: string): string {
  const advice =
    outcome.kind === 'answer'
      ? adviceForStatus(call, outcome.status, errorText)
      : outcome.reason === 'timeout' && isInventory(call)
        ? SMALLER_PAGES
        : ADVICE_BY_REASON[outcome.reason];
  return !factsOf(call).safe && mayBeDone(outcome) ? `${READ_BACK}. ${advice}` : advice;
}

function adviceForStatus(call: CallName, status: number, errorText: string): string {
  if (call === 'session.token' && status === 404) return `${CHECK_URL}, and ${TOKEN_PATH}`;
  if (call === 'session.token' && [400, 401, 403].includes(status)) {
    const credentials =
      'Check the credentials of this instance, and that the API client or the account is enabled and not expired';
    return /INVALID_TOKEN/.test(errorText)
      ? `${credentials}. For an API client, check ${TOKEN_PATH}`
      : credentials;
  }
  const { privilege } = factsOf(call);
  switch (status) {
    case 401:
      return 'Jamf Pro rejected a new token: its cluster nodes may not know it yet, up to a minute. If this persists, check that the load balancer keeps the cookies of a client on one node, and that the API client or the account is still enabled';
    case 403:
      return privilege === null
        ? 'Check the privileges of the API role'
        : `Add the privilege "${privilege}" to the API role; it takes effect with the next token`;
    case 404:
      return NOT_FOUND_ADVICE[call] ?? `${CHECK_URL} and the Jamf Pro version`;
    case 409:
      return adviceForConflict(call, errorText);
    case 429:
      return 'Jamf Pro, or a proxy in front of it, limits the request rate; if this persists, lower maxConnections';
    default:
      if (status >= 500)
        return 'Jamf Pro failed to process the request; if this persists, check its status page and its log';
      if (status >= 300 && status < 400)
        return `${CHECK_URL}: it must be the https address of Jamf Pro, without a redirect`;
      return 'Jamf Pro rejected the request: check its version and its error text';
  }
}

const GROUP_NOT_FOUND =
  'Jamf Pro has no computer group with this ID: check overlap.joinGreen, overlap.leaveBlue and cycle.exclude in the configuration';

const WEBHOOK_NOT_FOUND =
  'Jamf Pro no longer has a webhook with this ID: someone else may be changing webhooks at the same time';

const NOT_FOUND_ADVICE: Partial<Record<CallName, string>> = {
  'profiles.read':
    'Jamf Pro has no profile with this ID: check profile, overlap.blue and overlap.green in the configuration',
  'groups.read': GROUP_NOT_FOUND,
  'groups.add': GROUP_NOT_FOUND,
  'groups.remove': GROUP_NOT_FOUND,
  'history.commands': 'Jamf Pro has no computer with this ID: it may have been deleted',
  'webhooks.read': WEBHOOK_NOT_FOUND,
  'webhooks.update': WEBHOOK_NOT_FOUND,
  'webhooks.delete': WEBHOOK_NOT_FOUND,
};

/** The Classic API answers 409 to every request that fails validation. Group changes are atomic, so nothing was changed. */
function adviceForConflict(call: CallName, errorText: string): string {
  if (/unable to match computer/i.test(errorText))
    return 'Nothing was changed: Jamf Pro does not know a computer in the request; it may have been deleted';
  if (/not managed|unmanaged/i.test(errorText))
    return 'Nothing was changed: Jamf Pro rejects the whole request because a computer in it is not managed';
  if (/duplicate name/i.test(errorText)) return 'Nothing was changed: the name is already in use';
  if (call === 'profiles.create')
    return 'Nothing was created: Jamf Pro rejects the content of the profile. Check its name, its SCEP URL and its challenge for special characters';
  if (isPassingConflict(call, errorText))
    return 'Nothing was changed: Jamf Pro was busy and may accept the request later';
  return 'Nothing was changed: Jamf Pro rejected the request';
}

/**
 * Whether a 409 of the Classic API is temporary: Jamf Pro could not write to its database at that moment. For a
 * new profile, the same text means that Jamf Pro rejects its payloads (product issue PI-827).
 */
export function isPassingConflict(call: CallName, errorText: string): boolean {
  return call !== 'profiles.create' && /unable to update the database/i.test(errorText);
}
