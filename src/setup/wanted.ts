import type { InstanceConfig } from '../config/sections/instance.js';
import type { Secret } from '../config/values/secret.js';
import type { WebhookAuthentication } from '../config/sections/webhook-authentication.js';
import type { WebhookCredentials, WebhookSettings } from '../jamf/setup.js';

/** Jamf's own defaults, said all the same: the receiver answers well inside them (jamf-facts, delivery). */
const CONNECTION_TIMEOUT_MS = 5_000;
const READ_TIMEOUT_MS = 2_000;

const SMART_GROUP_EVENT = 'SmartGroupComputerMembershipChange';

/** Headers that Jamf refuses to send with a value of ours. Source: jamf-facts, delivery. */
const NOT_OURS = new Set(['content-type', 'user-agent', 'accept-encoding', 'content-length', 'host']);

/** Something in the configuration that Jamf cannot do. The message is a sentence for whoever wrote it. */
export class SetupError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'SetupError';
  }
}

/**
 * The webhook objects that an instance needs in Jamf: one for each event, and one for each smart group. With several receivers the
 * events are spread over them. `receivers` are addresses as Jamf reaches them, such as `https://recert.example.com`.
 *
 * @throws SetupError when Jamf cannot be given what is configured.
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
    throw new SetupError(
      `It is not known where Jamf reaches the receiver: set http.publicUrl, or say it with --url.`,
    );
  return `${receiver.replace(/\/+$/, '')}/webhooks/jamf/${instance}`;
}

/** Of two secrets that are valid the last one is the new one: Jamf is always given that. */
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
            `Jamf does not send a ${header} of ours: choose another header in instances.${instance}.webhooks.authentication.headers.`,
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
  if (!last) throw new SetupError('A list of secrets is empty.');
  return last;
}

/** What a person must do in the web interface of Jamf, as its API cannot; `null` for nothing. Source: jamf-facts, delivery. */
export function byHand({ webhooks }: Pick<InstanceConfig, 'webhooks'>): string | null {
  return webhooks.authentication.type === 'mtls'
    ? 'Jamf takes the client certificate of a webhook only in its web interface, and does not show it here: choose it there for each webhook.'
    : null;
}

/** Whether a secret is being changed: two are valid. Where Jamf does not show it, it cannot be seen whether it has the new one already. */
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
