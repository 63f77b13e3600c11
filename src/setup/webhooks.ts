import { JamfError } from '../domain/jamf-error.js';
import type { JamfSetup, Webhook, WebhookSettings } from '../jamf/setup.js';
import { type Change, isOurs, NOT_SHOWN, planWebhooks, type WebhookPlan } from './plan.js';

/** Reads the webhooks of Recert from Jamf Pro. Other webhooks are not read, because their headers can contain secrets. */
async function readOurs(jamf: JamfSetup, ourName: string): Promise<Webhook[]> {
  const ours = (await jamf.listWebhooks()).filter(({ name }) => isOurs(ourName, name));
  const read: Webhook[] = [];
  for (const { id } of ours) read.push(await jamf.readWebhook(id));
  return read;
}

/** The webhooks of Recert on a Jamf Pro server, with the settings that they need. */
export interface WebhookSetupRequest {
  /** The setting `webhooks.name`, with which the names of the webhooks of Recert start. */
  ourName: string;
  wanted: readonly WebhookSettings[];
  /** Whether values that Jamf Pro does not return are written again (see `planWebhooks`). */
  rewriteUnseen?: boolean;
}

/** Returns the changes that `applyWebhooks` would make. @throws JamfError */
export async function readWebhookPlan(
  jamf: JamfSetup,
  { ourName, wanted, rewriteUnseen = false }: WebhookSetupRequest,
): Promise<WebhookPlan> {
  return planWebhooks(wanted, await readOurs(jamf, ourName), { rewriteUnseen });
}

/** What `applyWebhooks` did. */
export interface Applied {
  /** Changes that were attempted, in order. */
  changes: readonly Change[];
  /**
   * Error messages of the changes that failed. Does not include a change that returned an error but is in effect
   * when the webhooks are read back.
   */
  failures: readonly string[];
  /** Changes that are still required after the webhooks were read back. */
  left: readonly Change[];
}

/**
 * Changes the webhooks of Recert in Jamf Pro, and reads them back from the same node of the Jamf Pro cluster. Only
 * what is read back counts as the result, because a write that timed out may have been executed and must not be
 * repeated.
 * @throws JamfError if reading from Jamf Pro fails.
 */
export async function applyWebhooks(jamf: JamfSetup, wish: WebhookSetupRequest): Promise<Applied> {
  return jamf.inSession(async (session) => {
    const { changes } = await readWebhookPlan(session, wish);
    const failed = new Map<string, string>();
    for (const change of changes) {
      try {
        await applyChange(session, change);
      } catch (error) {
        if (!(error instanceof JamfError)) throw error;
        failed.set(change.name, error.message);
      }
    }
    if (changes.length === 0) return { changes, failures: [], left: [] };
    // Jamf Pro does not return secrets, so a secret cannot be read back. The response to the write then decides
    // whether the change succeeded.
    const { changes: left } = await readWebhookPlan(session, { ...wish, rewriteUnseen: false });
    const unconfirmed = new Set([
      ...left.map(({ name }) => name),
      ...changes.filter(writesUnseen).map(({ name }) => name),
    ]);
    const failures = [...failed].filter(([name]) => unconfirmed.has(name)).map(([, message]) => message);
    return { changes, failures, left };
  });
}

async function applyChange(jamf: JamfSetup, change: Change): Promise<void> {
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
