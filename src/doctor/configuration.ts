import { X509Certificate } from 'node:crypto';
import type { InstanceConfig } from '../config/sections/instance.js';
import type { Config } from '../config/schema.js';
import type { Secret } from '../config/values/secret.js';
import type { WebhookAuthentication } from '../config/sections/webhook-authentication.js';
import { byHand } from '../setup/wanted.js';
import { type Finding, fail, ok, warn } from './finding.js';
import { judgeNotifications } from './notifications.js';

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** Judges a configuration that is valid. `now`: epoch milliseconds. */
export function judgeConfiguration(config: Config, now: number): Finding[] {
  const { tokens, http, instances } = config;
  const today = new Date(now).toISOString().slice(0, 10);
  const good = tokens.filter(({ expires }) => expires === undefined || expires >= today);
  const findings = [
    ...(good.length === 0
      ? [
          warn(
            'tokens',
            tokens.length === 0 ? 'there is no API token' : 'every API token has expired',
            'Nobody can sign in: make one with recert tokens create.',
          ),
        ]
      : []),
    ...(http.publicUrl !== undefined && isPlain(http.publicUrl)
      ? [
          warn(
            'public address',
            'http.publicUrl is plain http',
            'Webhooks and tokens travel in clear: put TLS before the receiver and write https.',
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

/** Time to renew a certificate and to restart the receivers with it. */
const SOON_MS = 21 * 86_400_000;

function judgeTls(cert: string, now: number): Finding[] {
  const { validTo } = new X509Certificate(cert);
  const leftMs = Date.parse(validTo) - now;
  if (leftMs > SOON_MS) return [];
  const todo = 'Renew the certificate of http.tls and restart the receivers, which read it when they start.';
  return leftMs > 0
    ? [warn('tls', `the certificate of the receiver is good until ${validTo}`, todo)]
    : [fail('tls', `the certificate of the receiver has expired: ${validTo}`, todo)];
}

function judgeInstance({ webhooks, profiles, url }: InstanceConfig): Finding[] {
  const groups = Object.values(profiles).flatMap(({ overlap, cycle }) => [
    overlap.joinGreen,
    overlap.leaveBlue,
    ...(cycle ? [cycle.exclude] : []),
  ]);
  const observed = Object.entries(profiles).filter(([, { mode }]) => mode === 'observe');
  return [
    ...(isPlain(url)
      ? [warn('address', 'Jamf is asked over plain http', 'The token travels in clear: write https.')]
      : []),
    ...(webhooks.authentication.type === 'none'
      ? [
          warn(
            'webhook authentication',
            'there is none: anybody who reaches the port can send events',
            'Set webhooks.authentication to header or basic.',
          ),
        ]
      : []),
    ...judgeSecrets(webhooks),
    ...(new Set(groups).size < groups.length
      ? [
          fail(
            'groups',
            'one static group is used for two purposes',
            'Give joinGreen, leaveBlue and the exclusion group of every profile a group of its own.',
          ),
        ]
      : []),
    ...observed.map(([name]) =>
      ok(`profile ${name}`, 'only observed: nothing is written to Jamf until mode is act'),
    ),
  ];
}

/** Guessing is not slowed down: who is right is admitted at any time. So what is to be guessed must be long. */
const SHORTEST_SECRET = 16;

function judgeSecrets(webhooks: InstanceConfig['webhooks']): Finding[] {
  const todo = byHand({ webhooks });
  return [
    ...(shortestProof(webhooks.authentication) < SHORTEST_SECRET
      ? [
          warn(
            'webhook authentication',
            `the secret is shorter than ${SHORTEST_SECRET} characters`,
            'Take a longer one, such as openssl rand -hex 32 makes: how often one may guess is not limited.',
          ),
        ]
      : []),
    ...(todo === null ? [] : [ok('webhook authentication', todo)]),
  ];
}

/** Characters that must be guessed at least. */
function shortestProof(authentication: WebhookAuthentication): number {
  const shortest = (values: readonly Secret[]) => Math.min(...values.map((value) => value.reveal().length));
  switch (authentication.type) {
    case 'basic':
      return shortest(authentication.password);
    case 'header':
      return Object.values(authentication.headers).reduce((sum, values) => sum + shortest(values), 0);
    case 'signature':
    case 'mtls':
    case 'none':
      // Checked when the configuration is read, not a secret, and told of already.
      return Infinity;
  }
}

function isPlain(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol !== 'https:' && !LOOPBACK.test(hostname);
}
