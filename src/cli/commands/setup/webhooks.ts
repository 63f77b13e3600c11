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
    .description('the webhooks in Jamf Pro that Recert needs')
    .helpCommand(false);

  const apply = webhooks
    .command('apply')
    .description('make the webhooks in Jamf what they must be, ours alone; shows the difference first')
    .option('--instance <instance>', 'one Jamf Pro server instead of all')
    .option('--dry-run', 'only show the difference; exit code 7 when there is one')
    .option('--yes', 'do not ask')
    .addHelpText(
      'after',
      '\n--url is the address at which Jamf reaches the receiver; left out, it is http.publicUrl of the configuration (RECERT_CONFIG).',
    );
  withExamples(apply, 'RECERT_CONFIG=recert.yaml recert webhooks apply --url https://recert.example.com');
  act(apply, cli, applyOptions, async ({ options }) => {
    // Loaded when it is needed: no other command waits for a client of Jamf.
    const { applyToJamf } = await import('../../webhooks/apply.js');
    return applyToJamf(options, cli.context);
  });

  const test = webhooks
    .command('test')
    .description('wait for Jamf to send something, and say what arrived or what to look at')
    .option('--instance <instance>', 'the Jamf Pro server, when there are several')
    .option('--event <event>', 'wait for this event, such as ComputerInventoryCompleted')
    .option('--within <duration>', 'longest time to wait', '5m');
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
