import type { InstanceConfig } from '../config/sections/instance.js';
import type { Secret } from '../config/values/secret.js';
import type { WebhookAuthentication } from '../config/sections/webhook-authentication.js';
import type { WebhookCredentials, WebhookSettings } from '../jamf/setup.js';

/**
 * Timeouts of a webhook, milliseconds. Both are the defaults of Jamf Pro, and the receiver responds well within
 * them.
 */
const CONNECTION_TIMEOUT_MS = 5_000;
const READ_TIMEOUT_MS = 2_000;

const SMART_GROUP_EVENT = 'SmartGroupComputerMembershipChange';

/** Headers that Jamf Pro sets for every webhook. The authentication of a webhook cannot use them. */
const NOT_OURS = new Set(['content-type', 'user-agent', 'accept-encoding', 'content-length', 'host']);

/** Thrown when the configuration requires something that Jamf Pro does not support. The message is shown to the operator. */
export class SetupError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'SetupError';
  }
}

/**
 * Returns the webhooks that a Jamf Pro server needs: one per event and one per smart group. The webhooks use the
 * receivers in turn. `receivers` are addresses at which Jamf Pro reaches the receivers, such as
 * `https://recert.example.com`.
 * @throws SetupError if Jamf Pro does not support what the configuration requires.
 */
export function wantedWebhooks(
  instance: string,
  { webhooks }: Pick<InstanceConfig, 'webhooks'>,
  receivers: readonly string[],
): WebhookSettings[] {
  const { name, events, smartGroups, authentication } = webhooks;
  const credentials = credentialsFor(instance, authentication);
  const subscriptions = [
    ...[...new Set(events)].map((event) => ({ event, smartGroupId: null })),
    ...[...new Set(smartGroups)].map((smartGroupId) => ({ event: SMART_GROUP_EVENT, smartGroupId })),
  ];
  return subscriptions.map(({ event, smartGroupId }, index) => ({
    name: [name, event, ...(smartGroupId === null ? [] : [smartGroupId])].join(' '),
    enabled: true,
    url: addressOf(receivers[index % receivers.length], instance),
    contentType: 'application/json',
    event,
    connectionTimeoutMs: CONNECTION_TIMEOUT_MS,
    readTimeoutMs: READ_TIMEOUT_MS,
    smartGroupId,
    credentials,
  }));
}

function addressOf(receiver: string | undefined, instance: string): string {
  if (receiver === undefined)
    throw new SetupError(`The public address of the receiver is unknown. Set http.publicUrl or --url.`);
  return `${receiver.replace(/\/+$/, '')}/webhooks/jamf/${instance}`;
}

/**
 * Returns the credentials that Jamf Pro must send. During a rotation, two secrets are valid; the last one is the
 * new one.
 */
function credentialsFor(instance: string, authentication: WebhookAuthentication): WebhookCredentials {
  switch (authentication.type) {
    case 'none':
      return { type: 'none' };
    case 'basic': {
      const { username, password } = authentication;
      return { type: 'basic', username, password: newest(password) };
    }
    case 'header': {
      const headers = new Map<string, Secret>();
      for (const [header, values] of Object.entries(authentication.headers)) {
        if (NOT_OURS.has(header.toLowerCase()))
          throw new SetupError(
            `Jamf Pro does not allow a custom ${header} header. Use another header in instances.${instance}.webhooks.authentication.headers.`,
          );
        headers.set(header, newest(values));
      }
      return { type: 'header', headers };
    }
    case 'signature':
      return {
        type: 'signature',
        algorithm: authentication.algorithm,
        secret: newest(authentication.secret),
      };
    case 'mtls':
      return { type: 'mtls' };
  }
}

function newest(values: readonly Secret[]): Secret {
  const last = values.at(-1);
  if (!last) throw new SetupError('A list of secrets in the configuration is empty.');
  return last;
}

/** Returns the step that must be done manually because the Jamf Pro API does not support it, or `null`. */
export function byHand({ webhooks }: Pick<InstanceConfig, 'webhooks'>): string | null {
  return webhooks.authentication.type === 'mtls'
    ? 'The client certificate of a webhook can be selected only in the web interface of Jamf Pro, and Recert cannot check it. Select the certificate there for each webhook.'
    : null;
}

/**
 * Whether a rotation of a secret is in progress (two secrets are valid). Jamf Pro does not return secrets, so the
 * new secret is then always written.
 */
export function isChangingSecret({ webhooks }: Pick<InstanceConfig, 'webhooks'>): boolean {
  const { authentication } = webhooks;
  switch (authentication.type) {
    case 'basic':
      return authentication.password.length > 1;
    case 'header':
      return Object.values(authentication.headers).some((values) => values.length > 1);
    case 'signature':
      return authentication.secret.length > 1;
    case 'mtls':
    case 'none':
      return false;
  }
}
