import type { Command } from 'commander';
import { z } from 'zod';
import { hashPassword } from '../../../config/values/password-hash.js';
import { act, type Cli } from '../../cli.js';
import { CliError, EXIT } from '../../exit.js';
import { withExamples } from '../../options.js';
import { printJson } from '../../output/print.js';

/** It is typed once in a blue moon and opens everything: four words do. */
const LEAST_LENGTH = 16;

/** Adds `recert break-glass hash`. Nothing is stored and nothing is asked. */
export function addBreakGlassCommand(program: Command, cli: Cli): void {
  const group = program.command('break-glass').description('the emergency login').helpCommand(false);
  const hash = group
    .command('hash')
    .description('the hash of a password, for signIn.breakGlass.hash in the configuration')
    .addHelpText(
      'after',
      `\nThe password is read from standard input, at least ${LEAST_LENGTH} characters: on the command line everybody on the machine would see it.`,
    );
  withExamples(
    hash,
    'recert break-glass hash',
    'pass show recert/break-glass | recert break-glass hash > break-glass.hash',
  );
  act(hash, cli, z.object({}), async ({ options: { json } }) => {
    const { context } = cli;
    const password = (await context.readSecret('Password of the emergency login: ')).replace(/\r$/u, '');
    if (password.length < LEAST_LENGTH)
      throw new CliError(
        EXIT.usage,
        `the password needs at least ${LEAST_LENGTH} characters, such as four or five words drawn by lot`,
      );
    const written = await hashPassword(password);
    if (json) printJson(context, { hash: written });
    else {
      context.out(written);
      context.err(
        context.colors.dim(
          'Put this under signIn.breakGlass.hash, or into a file that hashFile names, and restart the receivers.',
        ),
      );
    }
    return EXIT.done;
  });
}
