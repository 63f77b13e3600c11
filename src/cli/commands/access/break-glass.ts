import type { Command } from 'commander';
import { z } from 'zod';
import { hashPassword } from '../../../config/values/password-hash.js';
import { act, type Cli } from '../../cli.js';
import { CliError, EXIT } from '../../exit.js';
import { withExamples } from '../../options.js';
import { printJson } from '../../output/print.js';

/**
 * Minimum length of the password, in characters. The emergency sign-in gives full access and is rarely used, so a
 * long password costs little.
 */
const MIN_LENGTH = 16;

/**
 * Adds `recert break-glass hash`, which hashes the password of the emergency sign-in. The command works offline
 * and stores nothing.
 */
export function addBreakGlassCommand(program: Command, cli: Cli): void {
  const group = program.command('break-glass').description('emergency sign-in').helpCommand(false);
  const hash = group
    .command('hash')
    .description('hash a password for signIn.breakGlass.hash in the configuration')
    .addHelpText(
      'after',
      `\nThe command reads the password from standard input, because other users of the machine can read command lines. The password needs at least ${MIN_LENGTH} characters.`,
    );
  withExamples(
    hash,
    'recert break-glass hash',
    'pass show recert/break-glass | recert break-glass hash > break-glass.hash',
  );
  act(hash, cli, z.object({}), async ({ options: { json } }) => {
    const { context } = cli;
    const password = (await context.readSecret('Password for the emergency sign-in: ')).replace(/\r$/u, '');
    if (password.length < MIN_LENGTH)
      throw new CliError(
        EXIT.usage,
        `The password needs at least ${MIN_LENGTH} characters, for example four or five random words.`,
      );
    const hashed = await hashPassword(password);
    if (json) printJson(context, { hash: hashed });
    else {
      context.out(hashed);
      context.err(
        context.colors.dim(
          'Set signIn.breakGlass.hash to this value, or store it in the file that hashFile names. Then restart the receivers.',
        ),
      );
    }
    return EXIT.done;
  });
}
