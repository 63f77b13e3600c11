import { z } from 'zod';
import { Secret } from '../../config/values/secret.js';
import { renderXml, type XmlValue } from '../../xml/render.js';
import type { Api } from './api.js';
import { anything, classicList, flag, id, isId, isObject, named, text, word } from '../parsing/coerce.js';
import type { JamfSetup, ShownCredentials, Webhook, WebhookCredentials, WebhookSettings } from '../setup.js';

type WebhookCalls = Pick<
  JamfSetup,
  'listWebhooks' | 'readWebhook' | 'createWebhook' | 'updateWebhook' | 'deleteWebhook'
>;

const listSchema = z.object({ webhooks: z.unknown().refine((value) => value !== undefined, 'is missing') });

/** A whole number of seconds; `null` for anything else. */
const seconds = word.transform((digits) => (/^\d{1,4}$/.test(digits) ? Number(digits) : null));

/** Jamf Pro returns header values in clear text; they are wrapped in `Secret` here. */
const headersSchema = anything.transform((value): ReadonlyMap<string, Secret> | null => {
  const map = isObject(value) ? value : readMap(typeof value === 'string' ? value : '');
  if (!map) return null;
  const entries = Object.entries(map).map(([name, one]) =>
    typeof one === 'string' ? ([name, new Secret(one)] as const) : null,
  );
  return entries.some((entry) => entry === null) ? null : new Map(entries.filter((entry) => entry !== null));
});

const webhookSchema = z.object({
  webhook: z.object({
    id: id.pipe(z.string().min(1)),
    name: text,
    enabled: flag,
    url: word,
    content_type: word,
    event: word,
    connection_timeout: seconds,
    read_timeout: seconds,
    authentication_type: word,
    username: text,
    header: headersSchema,
    hash_algorithm: word,
    smart_group_id: id,
  }),
});

const pathOf = (webhookId: string) => `/JSSResource/webhooks/id/${encodeURIComponent(webhookId)}`;

/**
 * Creates the calls for webhooks in Jamf Pro, which only the Classic API has. They are written as XML and read as
 * JSON. Servers also accept and return `header` and `smart_group_id`, which the published schema does not contain.
 * Source: developer.jamf.com, Classic API reference, webhooks.
 */
export function webhookCalls(api: Api): WebhookCalls {
  return {
    listWebhooks: async () => {
      const call = 'webhooks.list';
      const answer = await api.send({ call, method: 'GET', path: '/JSSResource/webhooks', json: true });
      const entries = classicList(named, api.understand(call, listSchema, answer).webhooks, 'webhook');
      const usable = entries.filter((entry) => entry.id !== '');
      api.odd(call, 'entry-unreadable', entries.length - usable.length);
      return usable;
    },
    readWebhook: (webhookId) => readWebhook(api, webhookId),
    createWebhook: async (settings) => {
      // With ID 0, Jamf Pro assigns the ID.
      await write(api, { call: 'webhooks.create', method: 'POST', path: pathOf('0') }, settings);
    },
    updateWebhook: async (webhookId, settings) => {
      const path = pathOf(validId(webhookId));
      await write(api, { call: 'webhooks.update', method: 'PUT', path }, settings);
    },
    deleteWebhook: async (webhookId) => {
      const path = pathOf(validId(webhookId));
      await api.send({ call: 'webhooks.delete', method: 'DELETE', path, json: false });
    },
  };
}

async function readWebhook(api: Api, webhookId: string): Promise<Webhook> {
  const call = 'webhooks.read';
  const answer = await api.send({ call, method: 'GET', path: pathOf(webhookId), json: true });
  const { webhook } = api.understand(call, webhookSchema, answer);
  if (webhook.id !== webhookId) api.refuse(call, 'a different webhook than requested');
  return {
    id: webhook.id,
    name: webhook.name,
    enabled: webhook.enabled,
    url: webhook.url,
    contentType: webhook.content_type,
    event: webhook.event,
    connectionTimeoutMs: secondsToMs(webhook.connection_timeout),
    readTimeoutMs: secondsToMs(webhook.read_timeout),
    smartGroupId: webhook.smart_group_id === '' ? null : webhook.smart_group_id,
    credentials: credentialsOf(webhook.authentication_type, webhook),
  };
}

const secondsToMs = (whole: number | null) => (whole === null ? null : whole * 1_000);

function credentialsOf(
  said: string,
  {
    username,
    header,
    hash_algorithm: algorithm,
  }: { username: string; header: ReadonlyMap<string, Secret> | null; hash_algorithm: string },
): ShownCredentials {
  switch (said.toUpperCase()) {
    case '':
    case 'NONE':
      return { type: 'none' };
    case 'BASIC':
      return { type: 'basic', username };
    case 'HEADER':
      return { type: 'header', headers: header };
    case 'HASH_SIGNATURE':
      return { type: 'signature', algorithm: algorithm.toLowerCase().replace('-', '') || null };
    case 'MTLS':
      return { type: 'mtls' };
    default:
      return { type: 'other', said };
  }
}

async function write(
  api: Api,
  request: { call: 'webhooks.create' | 'webhooks.update'; method: 'POST' | 'PUT'; path: string },
  settings: WebhookSettings,
): Promise<void> {
  const body = { type: 'application/xml', text: xmlOf(settings) };
  await api.send({ ...request, body, json: false, hide: secretsOf(settings.credentials) });
}

/** The error of the XML builder quotes the whole text, which may contain secrets, so it is replaced by another error. */
function xmlOf(settings: WebhookSettings): string {
  try {
    return renderXml('webhook', elementsOf(settings));
  } catch {
    throw new RangeError(`the webhook "${settings.name}" contains a character that XML does not allow`);
  }
}

function elementsOf(settings: WebhookSettings): XmlValue {
  const { smartGroupId } = settings;
  return {
    name: settings.name,
    enabled: settings.enabled,
    url: settings.url,
    content_type: settings.contentType,
    event: settings.event,
    connection_timeout: settings.connectionTimeoutMs / 1_000,
    read_timeout: settings.readTimeoutMs / 1_000,
    ...credentialElements(settings.credentials),
    ...(smartGroupId === null ? {} : { smart_group_id: smartGroupId }),
  };
}

function credentialElements(credentials: WebhookCredentials): Record<string, string> {
  switch (credentials.type) {
    case 'none':
      return { authentication_type: 'NONE' };
    case 'basic':
      return {
        authentication_type: 'BASIC',
        username: credentials.username,
        password: credentials.password.reveal(),
      };
    case 'header':
      return { authentication_type: 'HEADER', header: headerText(credentials.headers) };
    case 'signature':
      return {
        authentication_type: 'HASH_SIGNATURE',
        password: credentials.secret.reveal(),
        hash_algorithm: credentials.algorithm.toUpperCase(),
      };
    case 'mtls':
      return { authentication_type: 'MTLS' };
  }
}

/** Formats the headers as JSON text, as Jamf Pro expects them. */
function headerText(headers: ReadonlyMap<string, Secret>): string {
  return JSON.stringify(Object.fromEntries([...headers].map(([name, value]) => [name, value.reveal()])));
}

/** Returns the secrets to remove from errors: as plain text, and as escaped in JSON. */
function secretsOf(credentials: WebhookCredentials): string[] {
  return listSecrets(credentials).flatMap((secret) => [
    secret.reveal(),
    JSON.stringify(secret.reveal()).slice(1, -1),
  ]);
}

function listSecrets(credentials: WebhookCredentials): Secret[] {
  switch (credentials.type) {
    case 'none':
    case 'mtls':
      return [];
    case 'basic':
      return [credentials.password];
    case 'header':
      return [...credentials.headers.values()];
    case 'signature':
      return [credentials.secret];
  }
}

function validId(webhookId: string): string {
  if (!isId(webhookId)) throw new RangeError(`"${webhookId}" is not a webhook ID`);
  return webhookId;
}

function readMap(json: string): Record<string, unknown> | null {
  try {
    const parsed: unknown = JSON.parse(json);
    return isObject(parsed) ? parsed : null;
  } catch {
    return null;
  }
}
