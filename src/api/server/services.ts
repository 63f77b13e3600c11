import type { Ports } from '../../application/ports.js';
import type { LoginStates } from '../auth/login-state.js';
import type { Provider } from '../auth/oidc-provider.js';
import type { TokenVerifier } from '../auth/tokens.js';
import type { LiveHub } from '../live/hub.js';

/** Dependencies of route handlers: the ports of the use cases, and the objects for sign-in and live updates. */
export interface ApiServices extends Omit<
  Ports,
  'jamf' | 'okta' | 'askCa' | 'sendNotice' | 'profileHints' | 'incidents'
> {
  tokens: TokenVerifier;
  /** Client of the identity provider; `null` when no identity provider is configured. */
  oidc: { provider: Provider; attempts: LoginStates } | null;
  live: LiveHub;
}
