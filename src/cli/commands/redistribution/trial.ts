import type { Command } from 'commander';
import { z } from 'zod';
import { duration } from '../../../config/values/duration.js';
import { act, type Cli, connect } from '../../cli.js';
import { resolveId } from '../../computers/find.js';
import { CliError, EXIT } from '../../exit.js';
import { instance, withExamples, withInstance } from '../../options.js';
import { runTrial } from '../../redistribute/trial.js';

const options = z.object({
  serial: z.string().optional(),
  id: z.string().optional(),
  instance,
  profile: z.string().optional(),
  reason: z.string().default('Trial of one Mac with recert trial'),
  within: duration().prefault('1h'),
});

/** Adds `recert trial`, which redistributes to one Mac and explains every step. */
export function addTrialCommand(program: Command, cli: Cli): void {
  const command = withInstance(
    program
      .command('trial')
      .description(
        'redistribute to one Mac, explain every step, and end with the new certificate or with the problem',
      )
      .option('--serial <serial>', 'serial number of the Mac')
      .option('--id <id>', 'ID of the Mac in Jamf Pro')
      .option('--profile <profile>', 'watched profile, if the Mac is in the scope of several')
      .option('--reason <why>', 'reason for the audit log, at least 8 characters')
      .option('--within <duration>', 'maximum time to wait', '1h'),
  );
  withExamples(command, 'recert trial --serial C02XK1ABJG5J', "recert trial --id 317 --reason 'set-up test'");
  act(command, cli, options, async ({ options: { serial, id, ...given } }) => {
    const mac = serial ?? id;
    if (mac === undefined || (serial !== undefined && id !== undefined))
      throw new CliError(EXIT.usage, 'Select one Mac with --serial or --id.');
    const client = connect(cli, given);
    return runTrial({ ...given, id: await resolveId(client, mac, given.instance) }, client, cli.context);
  });
}
