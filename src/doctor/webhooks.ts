import type { InstanceConfig } from '../config/sections/instance.js';
import type { JamfSetup } from '../jamf/setup.js';
import type { Change } from '../setup/plan.js';
import { SetupError, wantedWebhooks } from '../setup/wanted.js';
import { lookAtWebhooks } from '../setup/webhooks.js';
import { attempt, unread } from './attempt.js';
import { type Finding, fail, ok, warn } from './finding.js';
import type { PrivilegeName, Tried } from './privileges.js';

/** What was found of the webhooks of one Jamf Pro server. */
export interface WebhookLook {
  findings: Finding[];
  tried: Partial<Record<PrivilegeName, Tried>>;
  /** What `recert webhooks apply` would do. */
  changes: readonly Change[];
}

/** Whether `recert webhooks apply` would find nothing to do, and whether the smart groups are there. */
export async function checkWebhooks({
  instance,
  settings,
  jamf,
  receiver,
}: {
  instance: string;
  settings: InstanceConfig;
  jamf: JamfSetup;
  receiver: string | null;
}): Promise<WebhookLook> {
  const groups = await checkSmartGroups(jamf, settings.webhooks.smartGroups);
  if (receiver === null) {
    const listed = await attempt(() => jamf.listWebhooks());
    const unknown = warn(
      'webhooks',
      'it is not known where Jamf reaches the receiver, so they cannot be compared',
      'Set http.publicUrl, or say it with --url.',
    );
    return {
      findings: [unknown, ...unread('webhooks', listed.error), ...groups],
      tried: { 'Read Webhooks': listed.tried },
      changes: [],
    };
  }
  try {
    const wanted = wantedWebhooks(instance, settings, [receiver]);
    const {
      value: plan,
      error,
      tried,
    } = await attempt(() => lookAtWebhooks(jamf, { ourName: settings.webhooks.name, wanted }));
    const judged = plan ? [judgePlan(plan.changes, plan.unchanged.length)] : unread('webhooks', error);
    return {
      findings: [...judged, ...groups],
      tried: { 'Read Webhooks': tried },
      changes: plan?.changes ?? [],
    };
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    const finding = fail('webhooks', error.message, 'Change the configuration.');
    return { findings: [finding, ...groups], tried: {}, changes: [] };
  }
}

/** Judges what `recert webhooks apply` would do. */
function judgePlan(changes: readonly Change[], unchanged: number): Finding {
  if (changes.length === 0) return ok('webhooks', `${unchanged} in Jamf, as they must be`);
  const said = changes.map(({ action, name }) => `${name} (${action})`).join(', ');
  return fail(
    'webhooks',
    `not as they must be: ${said}`,
    'recert webhooks apply shows the difference and mends it.',
  );
}

async function checkSmartGroups(jamf: JamfSetup, ids: readonly string[]): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const id of ids) {
    const check = `smart group ${id}`;
    const { value: group, error, tried } = await attempt(() => jamf.readGroup(id));
    if (group)
      findings.push(
        group.smart
          ? ok(check, `"${group.name}", ${group.computerIds.length} members`)
          : fail(
              check,
              `"${group.name}" is static: Jamf never tells of its changes`,
              'Give the id of a smart group.',
            ),
      );
    else if (tried === 'refused')
      findings.push(
        warn(check, 'may not be read', 'To have it checked, add Read Smart Computer Groups to the API role.'),
      );
    else findings.push(...unread(check, error));
  }
  return findings;
}
