import type { Command } from 'commander';
import { z } from 'zod';
import { act, type Cli } from '../../cli.js';
import { profileId, withExamples } from '../../options.js';

const overlapOptions = z.object({
  instance: z.string().optional(),
  profile: z.string().optional(),
  blue: profileId.optional(),
  green: profileId.optional(),
  check: z.boolean().default(false),
  dryRun: z.boolean().default(false),
  yes: z.boolean().default(false),
});

/** Adds `recert setup overlap`, which prepares Jamf Pro for the mechanism overlap. */
export function addSetupCommand(program: Command, cli: Cli): void {
  const setup = program
    .command('setup')
    .description('create the Jamf Pro objects that Recert needs besides its webhooks')
    .helpCommand(false);

  const overlap = setup
    .command('overlap')
    .description(
      'create the two static groups for the mechanism overlap of a watched profile, and list the remaining manual steps',
    )
    .option('--instance <instance>', 'Jamf Pro server; required if several are configured')
    .option('--profile <profile>', 'only this watched profile, or the name of a new one')
    .option(
      '--blue <id>',
      'ID of the SCEP profile that is in use today, if the configuration does not contain it yet',
    )
    .option('--green <id>', 'ID of the second profile, if the configuration does not contain it yet')
    .option('--check', 'only check the setup of the mechanism overlap; exit code 1 if it is incomplete')
    .option('--dry-run', 'only show what would be created; exit code 7 if anything would be created')
    .option('--yes', 'do not ask for confirmation')
    .addHelpText(
      'after',
      '\nReads the configuration file (RECERT_CONFIG); its section profiles may still be empty. The command does not change existing groups.',
    );
  withExamples(overlap, 'recert setup overlap --profile okta --blue 12', 'recert setup overlap --check');
  act(overlap, cli, overlapOptions, async ({ options }) => {
    // The module is imported only here, so other commands do not load the Jamf Pro client.
    const { setUpOverlap } = await import('../../setup/overlap.js');
    return setUpOverlap(options, cli.context);
  });
}
