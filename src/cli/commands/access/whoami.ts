import type { Command } from 'commander';
import { z } from 'zod';
import { whoIsIt } from '../../../contract/resources/session.js';
import { act, type Cli, connect } from '../../cli.js';
import { EXIT } from '../../exit.js';
import { withExamples } from '../../options.js';
import { printJson } from '../../output/print.js';

/** Adds `recert whoami`: what the token is good for, before it is needed. */
export function addWhoamiCommand(program: Command, cli: Cli): void {
  const command = program
    .command('whoami')
    .description('whose token this is, its role, and for which Jamf Pro servers it is good');
  withExamples(command, 'recert whoami --url https://recert.example.com');
  act(command, cli, z.object({}), async ({ options }) => {
    const who = await connect(cli, options)({ path: 'session', answer: whoIsIt });
    if (options.json) printJson(cli.context, who);
    else
      cli.context.out(`${who.name}: ${who.role} on ${who.instances?.join(', ') ?? 'all Jamf Pro servers'}`);
    return EXIT.done;
  });
}
