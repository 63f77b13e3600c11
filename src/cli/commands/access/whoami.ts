import type { Command } from 'commander';
import { z } from 'zod';
import { whoIsIt } from '../../../contract/resources/session.js';
import { act, type Cli, connect } from '../../cli.js';
import { EXIT } from '../../exit.js';
import { withExamples } from '../../options.js';
import { printJson } from '../../output/print.js';

/** Adds `recert whoami`, which shows name, role and Jamf Pro servers of the API token. */
export function addWhoamiCommand(program: Command, cli: Cli): void {
  const command = program
    .command('whoami')
    .description('show the name of the API token, its role, and the Jamf Pro servers it can access');
  withExamples(command, 'recert whoami --url https://recert.example.com');
  act(command, cli, z.object({}), async ({ options }) => {
    const who = await connect(cli, options)({ path: 'session', answer: whoIsIt });
    if (options.json) printJson(cli.context, who);
    else
      cli.context.out(`${who.name}: ${who.role} on ${who.instances?.join(', ') ?? 'all Jamf Pro servers'}`);
    return EXIT.done;
  });
}
