import { formatDuration } from '../config/values/duration.js';
import type { Secret } from '../config/values/secret.js';
import type { ShownCredentials, Webhook, WebhookCredentials, WebhookSettings } from '../jamf/setup.js';
import { knownEvent } from '../webhooks/recognise/event-types.js';

/** A property of a webhook that differs from the configuration. Secrets are replaced by placeholders. */
export interface Difference {
  field: string;
  /** Value in Jamf Pro; `null` if there is none. */
  is: string | null;
  /** Value that the configuration requires; `null` if there must be none. */
  wanted: string | null;
}

/** A change to make to one webhook in Jamf Pro. */
export type Change =
  | { action: 'create'; name: string; differences: readonly Difference[]; settings: WebhookSettings }
  | {
      action: 'update';
      id: string;
      name: string;
      differences: readonly Difference[];
      settings: WebhookSettings;
    }
  | { action: 'delete'; id: string; name: string; differences: readonly Difference[] };

/** The changes to make to the webhooks of one Jamf Pro server. */
export interface WebhookPlan {
  changes: readonly Change[];
  /** Names of the webhooks of Recert that need no change. */
  unchanged: readonly string[];
}

/**
 * Whether a webhook belongs to this Recert installation: its name consists of the configured name, a space, the
 * event and, for a smart group, the ID of the group. Other webhooks that start with the same name were created
 * manually.
 */
export function isOurs(ourName: string, webhookName: string): boolean {
  if (!webhookName.startsWith(`${ourName} `)) return false;
  const match = /^([A-Za-z]+)(?: \d+)?$/.exec(webhookName.slice(ourName.length + 1));
  return match?.[1] !== undefined && knownEvent(match[1]) === match[1];
}

/**
 * Compares the webhooks that Recert needs with the webhooks of Recert in Jamf Pro. Jamf Pro does not return some
 * values, such as passwords. With `rewriteUnseen`, these values are written again; otherwise they are assumed to be
 * correct.
 */
export function planWebhooks(
  wanted: readonly WebhookSettings[],
  ours: readonly Webhook[],
  { rewriteUnseen = false }: { rewriteUnseen?: boolean } = {},
): WebhookPlan {
  const present = new Map(ours.map((webhook) => [webhook.name, webhook]));
  const names = new Set(wanted.map(({ name }) => name));
  const made = wanted.map((settings): Change | null => {
    const { name } = settings;
    const webhook = present.get(name);
    const differences = differencesOf(webhook ?? null, settings, rewriteUnseen);
    if (!webhook) return { action: 'create', name, differences, settings };
    return differences.length === 0
      ? null
      : { action: 'update', id: webhook.id, name, differences, settings };
  });
  const left = ours
    .filter(({ name }) => !names.has(name))
    .map((webhook): Change => ({ action: 'delete', id: webhook.id, name: webhook.name, differences: [] }));
  const changes = [...made.filter((change) => change !== null), ...left];
  const changed = new Set(changes.map(({ name }) => name));
  return { changes, unchanged: [...names].filter((name) => !changed.has(name)) };
}

function differencesOf(
  webhook: Webhook | null,
  settings: WebhookSettings,
  rewriteUnseen: boolean,
): Difference[] {
  const shown = (value: boolean | number | string | null | undefined) =>
    value === null || value === undefined ? null : String(value);
  const field = (name: string, is: Parameters<typeof shown>[0], wanted: Parameters<typeof shown>[0]) =>
    shown(is) === shown(wanted) ? [] : [{ field: name, is: shown(is), wanted: shown(wanted) }];
  // A value that Jamf Pro does not return is assumed to be correct. Otherwise it would seem to differ after every
  // change.
  const timeout = (name: string, isMs: number | null | undefined, wantedMs: number) =>
    isMs === null
      ? []
      : field(name, isMs === undefined ? null : formatDuration(isMs), formatDuration(wantedMs));
  const is = webhook;
  return [
    ...field('event', is?.event, settings.event),
    ...field('url', hidden(is?.url), hidden(settings.url)),
    // The two URLs can differ only in their credentials, which are hidden.
    ...(is && is.url !== settings.url && hidden(is.url) === hidden(settings.url)
      ? [{ field: 'url', is: 'other credentials', wanted: '[hidden]' }]
      : []),
    ...field('enabled', is?.enabled, settings.enabled),
    ...field('content type', is?.contentType, settings.contentType),
    ...timeout('connection time-out', is?.connectionTimeoutMs, settings.connectionTimeoutMs),
    ...timeout('read time-out', is?.readTimeoutMs, settings.readTimeoutMs),
    ...field('smart group', is?.smartGroupId, settings.smartGroupId),
    ...credentialDifferences(is?.credentials ?? null, settings.credentials, rewriteUnseen),
  ];
}

/** Replaces the credentials in a URL by a placeholder. */
const hidden = (url: string | undefined) => url?.replace(/\/\/[^/@]*@/, '//[hidden]@');

const SECRET = '[hidden]';
/** Placeholder for a secret that Jamf Pro has but does not return. */
export const NOT_SHOWN = 'not shown by Jamf Pro';

function credentialDifferences(
  is: ShownCredentials | null,
  wanted: WebhookCredentials,
  rewriteUnseen: boolean,
): Difference[] {
  const kind = is === null ? null : is.type === 'other' ? is.said : is.type;
  const type = kind === wanted.type ? [] : [{ field: 'authentication', is: kind, wanted: wanted.type }];
  const unseen = (field: string) => (rewriteUnseen ? [{ field, is: NOT_SHOWN, wanted: SECRET }] : []);
  if (wanted.type === 'none' || wanted.type === 'mtls') return type;
  if (wanted.type === 'signature') {
    if (is?.type !== 'signature') return [...type, { field: 'secret', is: null, wanted: SECRET }];
    // A value that Jamf Pro does not return is assumed to be correct. Otherwise it would seem to differ after
    // every change.
    const same = is.algorithm === null || is.algorithm === wanted.algorithm;
    const algorithm = same ? [] : [{ field: 'algorithm', is: is.algorithm, wanted: wanted.algorithm }];
    return [...algorithm, ...unseen('secret')];
  }
  if (wanted.type === 'basic') {
    const username = is?.type === 'basic' ? is.username : null;
    return [
      ...type,
      ...(username === wanted.username ? [] : [{ field: 'username', is: username, wanted: wanted.username }]),
      ...(is?.type === 'basic' ? unseen('password') : [{ field: 'password', is: null, wanted: SECRET }]),
    ];
  }
  const headers = is?.type === 'header' ? is.headers : new Map<string, Secret>();
  return [
    ...type,
    ...(headers
      ? headerDifferences(headers, wanted.headers)
      : [...wanted.headers.keys()].flatMap((name) => unseen(`header ${name}`))),
  ];
}

type Headers = ReadonlyMap<string, Secret>;

function headerDifferences(is: Headers, wanted: Headers): Difference[] {
  const other = [...wanted].flatMap(([name, value]): Difference[] => {
    const present = is.get(name);
    if (present?.reveal() === value.reveal()) return [];
    return [{ field: `header ${name}`, is: present ? 'another secret' : null, wanted: SECRET }];
  });
  const left = [...is.keys()].filter((name) => !wanted.has(name));
  return [...other, ...left.map((name) => ({ field: `header ${name}`, is: SECRET, wanted: null }))];
}
