import type { Change, Difference, WebhookPlan } from '../../setup/plan.js';
import type { Colors } from '../context.js';

/** Formats the planned changes to the webhooks of one Jamf Pro server. The text contains no secrets. */
export function diffText(instance: string, { changes, unchanged }: WebhookPlan, colors: Colors): string {
  const kept = unchanged.length === 0 ? [] : [colors.dim(`  = ${unchanged.length} unchanged`)];
  return [colors.bold(instance), ...changes.flatMap((change) => linesOf(change, colors)), ...kept].join('\n');
}

/** Returns a change for JSON output, without the settings of the webhook, which can contain secrets. */
export function plainChange(change: Change): {
  action: Change['action'];
  name: string;
  differences: readonly Difference[];
} {
  const { action, name, differences } = change;
  return { action, name, differences };
}

function linesOf({ action, name, differences }: Change, colors: Colors): string[] {
  switch (action) {
    case 'create':
      return [
        colors.green(`  + ${name}`),
        ...differences.map(({ field, wanted }) => `      ${field}: ${wanted}`),
      ];
    case 'update':
      return [
        colors.yellow(`  ~ ${name}`),
        ...differences.map(
          ({ field, is, wanted }) => `      ${field}: ${is ?? 'none'} → ${wanted ?? 'none'}`,
        ),
      ];
    case 'delete':
      return [colors.red(`  - ${name}`)];
  }
}
