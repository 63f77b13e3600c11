import type { Command } from 'commander';
import { stringify } from 'yaml';
import { z } from 'zod';
import { ROLES } from '../../api/roles.js';
import { createToken } from '../../api/tokens.js';
import { act, type Cli } from '../cli.js';
import { EXIT } from '../exit.js';
import { printJson } from '../print.js';

const options = z.object({
  name: z.string().trim().min(1),
  role: z.enum(ROLES),
  expires: z.iso.date('write a day like 2027-12-31').optional(),
});

/** Adds `recert tokens create`. Nothing is stored and nothing is asked: the token is seen here once. */
export function addTokensCommand(program: Command, cli: Cli): void {
  const tokens = program.command('tokens').description('API tokens').helpCommand(false);
  const create = tokens
    .command('create')
    .description('make a token, and the line for the configuration that makes it good')
    .requiredOption('--name <name>', 'who will hold it: the audit trail shows this')
    .requiredOption('--role <role>', `what they may do: ${ROLES.join(', ')}`)
    .option('--expires <day>', 'last day on which it is good, such as 2027-12-31')
    .addHelpText('after', '\nExample:\n  recert tokens create --name on-call --role operator');
  act(create, cli, options, ({ options: { name, role, expires, json } }) => {
    const { context } = cli;
    const { token, sha256 } = createToken();
    const entry = { name, role, sha256, ...(expires ? { expires } : {}) };
    if (json) printJson(context, { token, configuration: entry });
    else {
      context.err(context.colors.dim('The token. It is shown this once and stored nowhere:'));
      context.out(token);
      context.err(
        context.colors.dim('Put this under "tokens:" in the configuration and restart the receivers:'),
      );
      context.err(`  - ${stringify(entry, { collectionStyle: 'flow', lineWidth: 0 }).trim()}`);
    }
    return Promise.resolve(EXIT.done);
  });
}
