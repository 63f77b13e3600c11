import { configurationFor, successorOf } from './match.js';
import { configurationIdIn } from './secret.js';
import type { CaGeneration, OktaState } from './state.js';

/** What Okta says about one watched profile. Times are epoch milliseconds. */
export interface OktaProfile {
  /** ID and name of the SCEP configuration. */
  configuration: string;
  /** Key identifier of the CA generation that issues, and when it ends. */
  keyId: string;
  caExpiresAt: number | null;
  /** The newer generation to which the configuration was not rolled over; `null` if there is none. */
  successor: { keyId: string; expiresAt: number | null } | null;
  /** Macs whose current certificate is revoked. */
  revoked: readonly string[];
  /** When the certificate authorities were last read; `null` before the first time. */
  readAt: number | null;
}

/**
 * Returns what Okta says about a watched profile; `null` if nothing was read. `urls`: the SCEP URLs of its profiles in
 * Jamf Pro. If they have different configurations, the one whose CA ends first is returned.
 */
export function oktaProfileOf(name: string, urls: readonly string[], state: OktaState): OktaProfile | null {
  const revoked = state.revokedMacs.filter(({ profile }) => profile === name).map(({ computer }) => computer);
  const found = urls.flatMap((url) => configurationFor(url, state) ?? []);
  const [first] = found.toSorted((one, other) => (one.caExpiresAt ?? 0) - (other.caExpiresAt ?? 0));
  const { readAt } = state.authorities;
  if (first === undefined) {
    const [id = ''] = urls.map(configurationIdIn).filter(Boolean);
    return id === ''
      ? null
      : { configuration: id, keyId: '', caExpiresAt: null, successor: null, revoked, readAt };
  }
  const next = successorOf(first, state);
  return {
    configuration: first.name === '' ? first.id : `${first.id} (${first.name})`,
    keyId: first.keyId,
    caExpiresAt: first.caExpiresAt,
    successor: next && describe(next),
    revoked,
    readAt,
  };
}

function describe({ keyId, expiresAt }: CaGeneration) {
  return { keyId, expiresAt };
}
