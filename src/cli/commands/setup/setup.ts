import type { Command } from 'commander';
import { z } from 'zod';
import { act, type Cli } from '../../cli.js';
import { withExamples } from '../../options.js';

const overlapOptions = z.object({
  instance: z.string().optional(),
  profile: z.string().optional(),
  blue: z
    .string()
    .regex(/^\d{1,12}$/, 'is a number: the id of the configuration profile in Jamf Pro')
    .optional(),
  check: z.boolean().default(false),
  dryRun: z.boolean().default(false),
  yes: z.boolean().default(false),
});

/** Adds `recert setup overlap`. */
export function addSetupCommand(program: Command, cli: Cli): void {
  const setup = program
    .command('setup')
    .description('what Recert needs in Jamf Pro beside its webhooks')
    .helpCommand(false);

  const overlap = setup
    .command('overlap')
    .description('make the two static groups of a watched profile, and say what is left to do by hand')
    .option('--instance <instance>', 'the Jamf Pro server, when there are several')
    .option('--profile <profile>', 'one watched profile instead of all, or the name of one to be')
    .option('--blue <id>', 'id of the SCEP profile in use today, when the configuration does not say it yet')
    .option('--check', 'only look whether everything is as it must be; exit code 1 when it is not')
    .option('--dry-run', 'only show what would be made; exit code 7 when there is something')
    .option('--yes', 'do not ask')
    .addHelpText(
      'after',
      '\nNeeds the configuration (RECERT_CONFIG), whose profiles may still be empty. Nothing that is there is changed.',
    );
  withExamples(overlap, 'recert setup overlap --profile okta --blue 12', 'recert setup overlap --check');
  act(overlap, cli, overlapOptions, async ({ options }) => {
    // Loaded when it is needed: no other command waits for a client of Jamf.
    const { setUpOverlap } = await import('../../setup/overlap.js');
    return setUpOverlap(options, cli.context);
  });
}
