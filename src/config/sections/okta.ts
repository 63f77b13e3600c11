import { z } from 'zod';
import { duration } from '../values/duration.js';
import { privateKey } from '../values/private-key.js';

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

const address = z.url({ protocol: /^https?$/ }).refine((text) => {
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || LOOPBACK.has(hostname);
}, 'must begin with https://');

/** Schema of the read-only connector to Okta. */
export const oktaSchema = z
  .strictObject({
    url: address.describe('Address of the Okta organization, such as https://example.okta.com.'),
    clientId: z.string().min(1).describe('Client ID of the service app (API Services) in Okta.'),
    privateKey: privateKey().describe(
      'Private key of the service app, RSA or EC P-256, as PEM or JWK. Its public key is stored at the app in Okta.',
    ),
    keyId: z.string().min(1).describe('Key ID (kid) that Okta shows for the public key.'),
    every: duration()
      .prefault('60s')
      .refine((ms) => ms >= 1_000, 'must be at least 1s')
      .describe(
        'Interval at which Recert reads the System Log. A reset secret stops renewals after at most this time. Certificate authorities are read every 30 intervals, and after an event that concerns them.',
      ),
    apiPath: z
      .string()
      .regex(/^\/[\w./-]*$/, 'must be a path such as /pki/api/v2')
      .default('/pki/api/v2')
      .describe('Path of the Certificate Authorities API, which Okta may change during early access.'),
  })
  .describe(
    'Read-only connector to Okta, optional: Recert sees which CA generation a SCEP configuration issues from, and is told when its secret is reset or a certificate is revoked.',
  );

/** Settings of the connector to Okta. */
export type OktaConfig = z.output<typeof oktaSchema>;
