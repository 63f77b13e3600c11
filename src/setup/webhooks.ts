import { JamfError } from '../domain/jamf-error.js';
import type { JamfSetup, Webhook, WebhookSettings } from '../jamf/setup.js';
import { type Change, isOurs, NOT_SHOWN, planWebhooks, type WebhookPlan } from './plan.js';

/** Our webhooks as Jamf has them. Those of others are not read: their headers are none of our business. */
async function readOurs(jamf: JamfSetup, ourName: string): Promise<Webhook[]> {
  const ours = (await jamf.listWebhooks()).filter(({ name }) => isOurs(ourName, name));
  const read: Webhook[] = [];
  for (const { id } of ours) read.push(await jamf.readWebhook(id));
  return read;
}

/** What the webhooks of an instance are called, and what they must be. */
export interface Wish {
  /** `webhooks.name` of the configuration. */
  ourName: string;
  wanted: readonly WebhookSettings[];
  /** See `planWebhooks`. */
  rewriteUnseen?: boolean;
}

/** What `applyWebhooks` would do. @throws JamfError */
export async function lookAtWebhooks(
  jamf: JamfSetup,
  { ourName, wanted, rewriteUnseen = false }: Wish,
): Promise<WebhookPlan> {
  return planWebhooks(wanted, await readOurs(jamf, ourName), { rewriteUnseen });
}

/** What came of applying. */
export interface Applied {
  /** What was tried, in this order. */
  changes: readonly Change[];
  /** What Jamf said no to, a sentence each. One that went through after all is not among them. */
  failures: readonly string[];
  /** What is not as it must be after all, read back from Jamf. */
  left: readonly Change[];
}

/**
 * Makes our webhooks in Jamf what they must be, and reads them back from the node that was written to. Whether it was done is judged by
 * what is read back, not by what the writes were answered: a write that timed out may have arrived, and is not sent again.
 *
 * @throws JamfError when Jamf cannot be read.
 */
export async function applyWebhooks(jamf: JamfSetup, wish: Wish): Promise<Applied> {
  return jamf.inSession(async (session) => {
    const { changes } = await lookAtWebhooks(session, wish);
    const failed = new Map<string, string>();
    for (const change of changes) {
      try {
        await make(session, change);
      } catch (error) {
        if (!(error instanceof JamfError)) throw error;
        failed.set(change.name, error.message);
      }
    }
    if (changes.length === 0) return { changes, failures: [], left: [] };
    // What Jamf does not show cannot be read back: of those only the answer tells.
    const { changes: left } = await lookAtWebhooks(session, { ...wish, rewriteUnseen: false });
    const unproven = new Set([
      ...left.map(({ name }) => name),
      ...changes.filter(writesUnseen).map(({ name }) => name),
    ]);
    const failures = [...failed].filter(([name]) => unproven.has(name)).map(([, message]) => message);
    return { changes, failures, left };
  });
}

async function make(jamf: JamfSetup, change: Change): Promise<void> {
  switch (change.action) {
    case 'create':
      return jamf.createWebhook(change.settings);
    case 'update':
      return jamf.updateWebhook(change.id, change.settings);
    case 'delete':
      return jamf.deleteWebhook(change.id);
  }
}

function writesUnseen(change: Change): boolean {
  return change.differences.some(({ is }) => is === NOT_SHOWN);
}
