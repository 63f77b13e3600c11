import type { Change, Difference, WebhookPlan } from '../../setup/plan.js';
import type { Colors } from '../context.js';

/** What would be done to the webhooks of one instance, for people. No secret is in it. */
export function diffText(instance: string, { changes, unchanged }: WebhookPlan, colors: Colors): string {
  const kept = unchanged.length === 0 ? [] : [colors.dim(`  = ${unchanged.length} as they must be`)];
  return [colors.bold(instance), ...changes.flatMap((change) => linesOf(change, colors)), ...kept].join('\n');
}

/** What was or would be done to one webhook, for machines. */
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
