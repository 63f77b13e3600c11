import type { WebhookAuthentication } from '../../config/sections/webhook-authentication.js';
import { certificateProof } from './certificate.js';
import { basicProof, headerProof } from './secrets.js';
import type { Proof } from './sender.js';
import { signatureProof } from './signature.js';
import { fromSources } from './source.js';

/** Whether a request proves that it comes from Jamf Pro. It takes the same time whatever is wrong with a secret. */
export interface Authenticator extends Proof {
  /** What a client must be told with a 401, as RFC 9110 asks; nothing where no scheme describes the proof. */
  challenge: Readonly<Record<string, string>>;
}

const BASIC_CHALLENGE = { 'WWW-Authenticate': 'Basic realm="recert", charset="UTF-8"' };

/** What is needed beside what is configured. */
export interface AuthenticatorDeps {
  /** Whether this address, of the other end of a connection, is a proxy of `http.trustProxy`. */
  isProxy: (address: string) => boolean;
  now: () => number;
}

/** Makes the check that the configuration of one Jamf Pro server asks for. Digests, keys and lists are made once, at start. */
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
      return { accepts: () => true, acceptsBody: null, explain: () => 'nothing is asked for' };
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
