import { WorldError } from '../refusal.js';
import type { Webhook, WebhookSettings } from '../webhook-model.js';
import type { Webhooks } from '../contracts/webhooks.js';

/** Default settings of a webhook in Jamf Pro. */
const DEFAULTS: Omit<WebhookSettings, 'name' | 'url' | 'event'> = {
  enabled: true,
  contentType: 'text/xml',
  connectionTimeoutS: 5,
  readTimeoutS: 2,
  authenticationType: 'NONE',
  username: '',
  password: '',
  header: '',
  hashAlgorithm: 'SHA256',
  smartGroupId: 0,
};

/** Creates the collection of webhooks, which is empty at first. */
export function createSubscriptions(): Webhooks {
  const webhooks = new Map<number, Webhook>();
  let lastId = 0;

  const need = (id: number) => {
    const webhook = webhooks.get(id);
    if (!webhook) throw new WorldError('not-found', `there is no webhook ${id}`);
    return webhook;
  };
  const byName = (name: string) => [...webhooks.values()].find((one) => one.name === name);
  const refuseDuplicate = (name: string, ownId?: number) => {
    const other = byName(name);
    if (other && other.id !== ownId) throw new WorldError('duplicate-name', 'Duplicate name');
  };

  return {
    all: () => [...webhooks.values()],
    get: (id) => webhooks.get(id),
    byName,
    create: (settings) => {
      refuseDuplicate(settings.name);
      const webhook: Webhook = { ...DEFAULTS, ...settings, id: (lastId += 1) };
      webhooks.set(webhook.id, webhook);
      return webhook;
    },
    update: (id, settings) => {
      const webhook = need(id);
      refuseDuplicate(settings.name ?? webhook.name, id);
      const changed: Webhook = { ...webhook, ...settings };
      webhooks.set(id, changed);
      return changed;
    },
    delete: (id) => {
      need(id);
      webhooks.delete(id);
    },
  };
}
