import { generateKeyPairSync, type JsonWebKey } from 'node:crypto';
import { oktaSchema, type OktaConfig } from '../../src/config/sections/okta.js';

const CLIENT = '0oaTestServiceApp';
const KEY_ID = 'test-key';

/** A service app: what the simulator knows of it, and what the configuration of Recert contains. */
export interface ServiceApp {
  simulated: { clientId: string; keys: (JsonWebKey & { kid: string; kty: string })[] };
  configured: (url: string) => { url: string; clientId: string; keyId: string; privateKey: string };
}

/** Creates a service app with its own key pair. */
export function createServiceApp(type: 'ec' | 'rsa' = 'ec'): ServiceApp {
  const { publicKey, privateKey } =
    type === 'ec'
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
      : generateKeyPairSync('rsa', { modulusLength: 2048 });
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: KEY_ID };
  return {
    simulated: { clientId: CLIENT, keys: [{ ...jwk, kty: String(jwk.kty) }] },
    configured: (url) => ({
      url,
      clientId: CLIENT,
      keyId: KEY_ID,
      privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    }),
  };
}

/** Parses the settings of a service app. `more` overrides single settings. */
export function oktaSettings(app: ServiceApp, url: string, more: object = {}): OktaConfig {
  return oktaSchema.parse({ ...app.configured(url), ...more });
}
