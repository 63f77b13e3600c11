import { X509Certificate } from 'node:crypto';
import type { InstanceConfig } from '../config/sections/instance.js';
import type { Config } from '../config/schema.js';
import type { Secret } from '../config/values/secret.js';
import type { WebhookAuthentication } from '../config/sections/webhook-authentication.js';
import { byHand } from '../setup/wanted.js';
import { type Finding, fail, ok, warn } from './finding.js';
import { judgeNotifications } from './notifications.js';

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** Checks a valid configuration for settings that are insecure or incomplete. `now`: epoch milliseconds. */
export function judgeConfiguration(config: Config, now: number): Finding[] {
  const { tokens, http, instances } = config;
  const today = new Date(now).toISOString().slice(0, 10);
  const valid = tokens.filter(({ expires }) => expires === undefined || expires >= today);
  const findings = [
    ...(valid.length === 0
      ? [
          warn(
            'tokens',
            tokens.length === 0 ? 'no API token configured' : 'all API tokens have expired',
            'Users cannot sign in with a token. Create a token with recert tokens create.',
          ),
        ]
      : []),
    ...(http.publicUrl !== undefined && isPlain(http.publicUrl)
      ? [
          warn(
            'public address',
            'http.publicUrl uses http',
            'Webhooks and tokens are sent unencrypted. Put a proxy with TLS in front of the receiver, and use https.',
          ),
        ]
      : []),
    ...(http.tls ? judgeTls(http.tls.cert, now) : []),
    ...judgeNotifications(config),
    ...Object.entries(instances).flatMap(([name, instance]) =>
      judgeInstance(instance).map((finding) => ({ ...finding, instance: name })),
    ),
  ];
  return [ok('configuration', `valid, ${Object.keys(instances).join(', ')}`), ...findings];
}

/** A warning is issued this long before the certificate of the receiver expires, milliseconds. */
const EXPIRY_WARNING_MS = 21 * 86_400_000;

function judgeTls(cert: string, now: number): Finding[] {
  const { validTo } = new X509Certificate(cert);
  const leftMs = Date.parse(validTo) - now;
  if (leftMs > EXPIRY_WARNING_MS) return [];
  const todo =
    'Renew the certificate in http.tls, and restart the receivers, which read the certificate only when they start.';
  return leftMs > 0
    ? [warn('tls', `the certificate of the receiver expires on ${validTo}`, todo)]
    : [fail('tls', `the certificate of the receiver expired on ${validTo}`, todo)];
}

function judgeInstance({ webhooks, url }: InstanceConfig): Finding[] {
  return [
    ...(isPlain(url)
      ? [warn('address', 'the Jamf Pro URL uses http', 'Access tokens are sent unencrypted. Use https.')]
      : []),
    ...(webhooks.authentication.type === 'none'
      ? [
          warn(
            'webhook authentication',
            'none: anyone who can reach the port can send events',
            'Set webhooks.authentication to another type, such as header or basic.',
          ),
        ]
      : []),
    ...judgeSecrets(webhooks),
  ];
}

/**
 * Minimum length of a secret, in characters. Guessing is not rate limited, because a request with a valid secret
 * is always accepted. So the secret must be long.
 */
const MIN_SECRET_LENGTH = 16;

function judgeSecrets(webhooks: InstanceConfig['webhooks']): Finding[] {
  const todo = byHand({ webhooks });
  return [
    ...(shortestSecret(webhooks.authentication) < MIN_SECRET_LENGTH
      ? [
          warn(
            'webhook authentication',
            `the secret is shorter than ${MIN_SECRET_LENGTH} characters`,
            'Use a longer secret, for example from openssl rand -hex 32. The number of attempts to guess it is not limited.',
          ),
        ]
      : []),
    ...(todo === null ? [] : [ok('webhook authentication', todo)]),
  ];
}

/** Returns the minimum number of secret characters that are sufficient to authenticate a webhook. */
function shortestSecret(authentication: WebhookAuthentication): number {
  const shortest = (values: readonly Secret[]) => Math.min(...values.map((value) => value.reveal().length));
  switch (authentication.type) {
    case 'basic':
      return shortest(authentication.password);
    case 'header':
      return Object.values(authentication.headers).reduce((sum, values) => sum + shortest(values), 0);
    case 'signature':
    case 'mtls':
    case 'none':
      // For `signature`, the length is checked when the configuration is loaded. `mtls` has no shared secret.
      // `none` is reported separately.
      return Infinity;
  }
}

function isPlain(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol !== 'https:' && !LOOPBACK.test(hostname);
}
