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

/**
 * Adds `recert webhooks` with the subcommands `apply`, which creates the webhooks in Jamf Pro, and `test`, which
 * waits for one to arrive.
 */
export function addWebhooksCommand(program: Command, cli: Cli): void {
  const webhooks = program
    .command('webhooks')
    .description('manage and test the webhooks that Recert needs in Jamf Pro')
    .helpCommand(false);

  const apply = webhooks
    .command('apply')
    .description('create or update the webhooks of Recert in Jamf Pro; the command first shows the changes')
    .option('--instance <instance>', 'only this Jamf Pro server')
    .option('--dry-run', 'only show the changes; exit code 7 if there are any')
    .option('--yes', 'do not ask for confirmation')
    .addHelpText(
      'after',
      '\n--url is the address at which Jamf Pro reaches the receiver. Default: http.publicUrl in the configuration (RECERT_CONFIG).',
    );
  withExamples(apply, 'RECERT_CONFIG=recert.yaml recert webhooks apply --url https://recert.example.com');
  act(apply, cli, applyOptions, async ({ options }) => {
    // The module is imported only here, so other commands do not load the Jamf Pro client.
    const { applyToJamf } = await import('../../webhooks/apply.js');
    return applyToJamf(options, cli.context);
  });

  const test = webhooks
    .command('test')
    .description(
      'wait for a webhook from Jamf Pro, and show what arrived, or what to check if nothing arrives',
    )
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
