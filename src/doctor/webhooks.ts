import type { InstanceConfig } from '../config/sections/instance.js';
import type { JamfSetup } from '../jamf/setup.js';
import type { Change } from '../setup/plan.js';
import { SetupError, wantedWebhooks } from '../setup/wanted.js';
import { readWebhookPlan } from '../setup/webhooks.js';
import { attempt, unread } from './attempt.js';
import { type Finding, fail, ok, warn } from './finding.js';
import type { PrivilegeName, Tried } from './privileges.js';

/** Dependencies of the check of the webhooks of one Jamf Pro server. */
export interface WebhookCheckDeps {
  findings: Finding[];
  tried: Partial<Record<PrivilegeName, Tried>>;
  /** Changes that `recert webhooks apply` would make. */
  changes: readonly Change[];
}

/** Checks that the webhooks in Jamf Pro match the configuration and that the smart groups exist. */
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
}): Promise<WebhookCheckDeps> {
  const groups = await checkSmartGroups(jamf, settings.webhooks.smartGroups);
  if (receiver === null) {
    const listed = await attempt(() => jamf.listWebhooks());
    const unknown = warn(
      'webhooks',
      'the public address of the receiver is unknown, so the webhooks cannot be compared',
      'Set http.publicUrl or --url.',
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
    } = await attempt(() => readWebhookPlan(jamf, { ourName: settings.webhooks.name, wanted }));
    const judged = plan ? [judgePlan(plan.changes, plan.unchanged.length)] : unread('webhooks', error);
    return {
      findings: [...judged, ...groups],
      tried: { 'Read Webhooks': tried },
      changes: plan?.changes ?? [],
    };
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    const finding = fail('webhooks', error.message, 'Fix the configuration.');
    return { findings: [finding, ...groups], tried: {}, changes: [] };
  }
}

/** Returns a finding about the changes that `recert webhooks apply` would make. */
function judgePlan(changes: readonly Change[], unchanged: number): Finding {
  if (changes.length === 0) return ok('webhooks', `${unchanged} up to date`);
  const said = changes.map(({ action, name }) => `${name} (${action})`).join(', ');
  return fail('webhooks', `out of date: ${said}`, 'Run recert webhooks apply to see and apply the changes.');
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
              `"${group.name}" is a static group, for which Jamf Pro sends no webhooks`,
              'Set the ID of a smart group.',
            ),
      );
    else if (tried === 'refused')
      findings.push(
        warn(
          check,
          'no permission to read the group',
          'To check the group, add Read Smart Computer Groups to the API role.',
        ),
      );
    else findings.push(...unread(check, error));
  }
  return findings;
}
