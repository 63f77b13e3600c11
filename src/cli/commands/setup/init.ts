import type { Command } from 'commander';
import { act, type Cli } from '../../cli.js';
import { withExamples } from '../../options.js';
import { initOptions } from '../../setup/init-options.js';

/** Adds `recert init`, which reads a Jamf Pro server and writes a first configuration. */
export function addInitCommand(program: Command, cli: Cli): void {
  const init = program
    .command('init')
    .description('read a Jamf Pro server and write a first configuration in observe mode')
    .option('--jamf-url <url>', 'address of Jamf Pro (default: the command asks for it)')
    .option('--client-id <id>', 'client ID of the API client (default: the command asks for it)')
    .option(
      '--secret-file <file>',
      'file with the client secret; otherwise read from standard input without echo',
    )
    .option('--profile-id <id>', 'ID of the profile to watch (default: the only one with a SCEP URL of Okta)')
    .option('--name <name>', 'name of the watched profile in the configuration', 'okta')
    .option('--instance <instance>', 'name of the Jamf Pro server in the configuration', 'prod')
    .option('--public-url <url>', 'address at which people and Jamf Pro reach the receiver')
    .option('--redis-url <url>', 'address of Redis', 'redis://127.0.0.1:6379')
    .option(
      '--spool <folder>',
      'folder for webhooks while Redis is unavailable (default: spool, next to the configuration)',
    )
    .option(
      '--redistribute-days <days>',
      'number of days that Redistribute Profile is set to in the SCEP payload; becomes the renewal window',
    )
    .option('--out <file>', 'configuration file to write', 'recert.yaml')
    .option('--webhooks', 'create the webhooks in Jamf Pro without asking (needs --public-url)')
    .option('--force', 'overwrite existing files')
    .addHelpText(
      'after',
      '\nThe client secret is never an argument, because other users of the machine can read command lines. Exit code 7: the configuration was written, but the certificates of too few Macs can be matched.',
    );
  withExamples(
    init,
    'recert init',
    'recert init --jamf-url https://example.jamfcloud.com --client-id 1a2b --secret-file secret.txt --public-url https://recert.example.com',
  );
  act(init, cli, initOptions, async ({ options }) => {
    // The module is imported only here, so other commands do not load the Jamf Pro client.
    const { init: run } = await import('../../setup/init.js');
    return run(options, cli.context);
  });
}
