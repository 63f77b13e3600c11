import type { WebhookAuthentication } from '../../config/sections/webhook-authentication.js';
import { certificateProof } from './certificate.js';
import { basicProof, headerProof } from './secrets.js';
import type { Proof } from './sender.js';
import { signatureProof } from './signature.js';
import { fromSources } from './source.js';

/** Authenticates webhooks of one Jamf Pro server. Secrets are compared in constant time. */
export interface Authenticator extends Proof {
  /** Headers of a 401 response: `WWW-Authenticate` (RFC 9110) for basic authentication, otherwise none. */
  challenge: Readonly<Record<string, string>>;
}

const BASIC_CHALLENGE = { 'WWW-Authenticate': 'Basic realm="recert", charset="UTF-8"' };

/** Dependencies of the authentication of webhooks. */
export interface AuthenticatorDeps {
  /** Whether the address of a connection is that of a proxy in `http.trustProxy`. */
  isProxy: (address: string) => boolean;
  now: () => number;
}

/**
 * Creates the authentication of webhooks for one Jamf Pro server from its configuration. Hashes, keys and lists of
 * addresses are computed once.
 */
export function createAuthenticator(
  { authentication, sources }: { authentication: WebhookAuthentication; sources: readonly string[] },
  deps: AuthenticatorDeps,
): Authenticator {
  return {
    ...fromSources(sources, proofFor(authentication, deps)),
    challenge: authentication.type === 'basic' ? BASIC_CHALLENGE : {},
  };
}

function proofFor(authentication: WebhookAuthentication, deps: AuthenticatorDeps): Proof {
  switch (authentication.type) {
    case 'none':
      return { accepts: () => true, acceptsBody: null, explain: () => 'authentication is off' };
    case 'basic':
      return basicProof(authentication.username, authentication.password);
    case 'header':
      return headerProof(authentication.headers);
    case 'signature':
      return signatureProof(authentication);
    case 'mtls':
      return certificateProof(authentication, deps);
  }
}
