import type { Command } from 'commander';
import { z } from 'zod';
import { sessionsEnded } from '../../../contract/resources/session.js';
import { act, type Cli, connect } from '../../cli.js';
import { EXIT } from '../../exit.js';
import { withExamples } from '../../options.js';
import { printJson } from '../../output/print.js';

const options = z.object({ user: z.string().trim().min(1).optional() });

/** Adds `recert sessions end`, which signs a user out of the console in all browsers. */
export function addSessionsCommand(program: Command, cli: Cli): void {
  const sessions = program.command('sessions').description('manage console sessions').helpCommand(false);
  const end = sessions
    .command('end')
    .description('end all console sessions of a user in all browsers; API tokens remain valid')
    .option(
      '--user <name>',
      'user, as in the audit log (default: the holder of your token); needs the admin role',
    );
  withExamples(end, 'recert sessions end --user olga@example.com');
  act(end, cli, options, async ({ options: asked }) => {
    const { context } = cli;
    const query = asked.user === undefined ? {} : { user: asked.user };
    const answer = await connect(
      cli,
      asked,
    )({ method: 'DELETE', path: 'sessions', query, answer: sessionsEnded });
    if (asked.json) printJson(context, answer);
    else context.out(`Ended ${answer.ended} sessions of ${answer.user}.`);
    return EXIT.done;
  });
}
