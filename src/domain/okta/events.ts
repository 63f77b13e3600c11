import type { OktaEvent, OktaState, RevokedCertificate } from './state.js';

/** Event types as in Okta's catalog of event types for Identity Engine. */
const SECRET_RESET = 'device.platform.secret_key.reset';
const REVOKED = new Set(['pki.cert.lifecycle.revoke', 'pki.cert.lifecycle.delete', 'pki.cert.revoke']);

/** Maximum number of revoked certificates that are kept, newest first. */
const MAX_REVOKED = 200;

/** What events of the System Log change in the state of Okta. */
export interface EventChanges extends Pick<OktaState, 'resets' | 'revoked'> {
  /** Whether certificate authorities or SCEP configurations changed, so they must be read again. */
  rereads: boolean;
}

/** Applies events to what is known. Events may come twice and in any order. */
export function applyEvents(
  { resets, revoked }: Pick<OktaState, 'resets' | 'revoked'>,
  events: readonly OktaEvent[],
): EventChanges {
  const latest = new Map(Object.entries(resets));
  for (const { type, at, targetIds } of events)
    if (type === SECRET_RESET) for (const id of targetIds) latest.set(id, Math.max(at, latest.get(id) ?? 0));
  const found = events.filter(({ type }) => REVOKED.has(type)).map(toRevoked);
  // An event that is already known keeps its Macs.
  const known = new Map([...found, ...revoked].map((one) => [one.id, one]));
  return {
    resets: Object.fromEntries(latest),
    revoked: [...known.values()].toSorted((one, other) => other.at - one.at).slice(0, MAX_REVOKED),
    rereads: events.some(({ type }) => !type.startsWith('pki.cert.') || type.endsWith('.activate')),
  };
}

function toRevoked({ id, at, words }: OktaEvent): RevokedCertificate {
  return { id, at, words };
}
