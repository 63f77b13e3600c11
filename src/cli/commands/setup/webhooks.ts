import type { Command } from 'commander';
import { z } from 'zod';
import { duration } from '../../../config/values/duration.js';
import { act, type Cli, connect } from '../../cli.js';
import { resolveConnection } from '../../http/client.js';
import { withExamples } from '../../options.js';

const applyOptions = z.object({
  instance: z.string().optional(),
  dryRun: z.boolean().default(false),
  yes: z.boolean().default(false),
});

const testOptions = z.object({
  instance: z.string().optional(),
  event: z.string().optional(),
  within: duration().prefault('5m'),
});

/** Adds `recert webhooks apply` and `recert webhooks test`. */
export function addWebhooksCommand(program: Command, cli: Cli): void {
  const webhooks = program
    .command('webhooks')
    .description('manage and test the webhooks that Recert needs in Jamf Pro')
    .helpCommand(false);

  const apply = webhooks
    .command('apply')
    .description('create or update Recert’s own webhooks in Jamf Pro; shows the changes first')
    .option('--instance <instance>', 'only this Jamf Pro server')
    .option('--dry-run', 'only show the changes; exit code 7 if there are any')
    .option('--yes', 'do not ask for confirmation')
    .addHelpText(
      'after',
      '\n--url is the address at which Jamf Pro reaches the receiver (default: http.publicUrl of the configuration, RECERT_CONFIG).',
    );
  withExamples(apply, 'RECERT_CONFIG=recert.yaml recert webhooks apply --url https://recert.example.com');
  act(apply, cli, applyOptions, async ({ options }) => {
    // Imported on demand, so that other commands do not load the Jamf Pro client.
    const { applyToJamf } = await import('../../webhooks/apply.js');
    return applyToJamf(options, cli.context);
  });

  const test = webhooks
    .command('test')
    .description('wait for a webhook from Jamf Pro and report what arrived, or what to check')
    .option('--instance <instance>', 'only this Jamf Pro server')
    .option('--event <event>', 'wait for this event, such as ComputerInventoryCompleted')
    .option('--within <duration>', 'maximum time to wait', '5m');
  withExamples(
    test,
    'recert webhooks test',
    'recert webhooks test --event ComputerInventoryCompleted --within 15m',
  );
  act(test, cli, testOptions, async ({ options }) => {
    const { waitForDelivery } = await import('../../webhooks/wait.js');
    const { url } = resolveConnection(options, cli.context.environment);
    return waitForDelivery({ ...options, url, withinMs: options.within }, connect(cli, options), cli.context);
  });
}
