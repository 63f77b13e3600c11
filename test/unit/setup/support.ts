import { createHash } from 'node:crypto';
import { parseConfig } from '../../../src/config/load.js';
import type { InstanceConfig } from '../../../src/config/sections/instance.js';
import type { Webhook, WebhookSettings } from '../../../src/jamf/setup.js';

/** An instance with this YAML as `webhooks`. */
export function instanceWith(webhooks: string): InstanceConfig {
  const { prod } = parseConfig(
    `
redis: { url: 'redis://127.0.0.1:1' }
http: { trustProxy: loopback }
tokens: [{ name: a, role: viewer, sha256: ${createHash('sha256').update('').digest('hex')} }]
instances:
  prod:
    url: https://jamf.example.com
    auth: { clientId: recert, clientSecret: hush }
    webhooks: ${webhooks}
    profiles: { okta: { overlap: { blue: 12, green: 13, joinGreen: 31, leaveBlue: 32 } } }
`,
    { source: 'test.yaml', environment: {} },
  ).instances;
  if (!prod) throw new Error('there is no prod');
  return prod;
}

/** The webhooks as Jamf Pro shows them after they were written, with IDs from 1. Passwords are never shown. */
export function asShown(settings: readonly WebhookSettings[]): Webhook[] {
  return settings.map(({ credentials, ...rest }, index) => ({
    ...rest,
    id: String(index + 1),
    credentials:
      credentials.type === 'basic'
        ? { type: 'basic', username: credentials.username }
        : credentials.type === 'signature'
          ? { type: 'signature', algorithm: credentials.algorithm }
          : credentials,
  }));
}
