import type { Command } from 'commander';
import { stringify } from 'yaml';
import { z } from 'zod';
import { ROLES } from '../../../contract/roles.js';
import { tokenIssued, tokenList, tokenRevoked } from '../../../contract/resources/tokens.js';
import { createToken } from '../../../config/values/api-token.js';
import { act, type Cli, connect } from '../../cli.js';
import { EXIT } from '../../exit.js';
import { choice, withExamples } from '../../options.js';
import { printJson, table, when } from '../../output/print.js';

const day = z.iso.date('must be a date such as 2027-12-31');
const options = z.object({ name: z.string().trim().min(1), role: z.enum(ROLES), expires: day.optional() });
const issueOptions = options.extend({ expires: day, instance: z.array(z.string()).optional() });

/** Adds `recert tokens`, which manages API tokens. `create` works offline; the other subcommands call the service. */
export function addTokensCommand(program: Command, cli: Cli): void {
  const tokens = program.command('tokens').description('manage API tokens').helpCommand(false);
  addCreate(tokens, cli);
  addIssue(tokens, cli);
  addList(tokens, cli);
  addRevoke(tokens, cli);
}

/** Generates a token on this machine. The token is printed once and not stored. */
function addCreate(tokens: Command, cli: Cli): void {
  const create = tokens
    .command('create')
    .description('create a token, and print the lines of the configuration that activate it')
    .requiredOption('--name <name>', 'name of the token holder, as shown in the audit log')
    .addOption(choice('--role <role>', 'role of the token', ROLES).makeOptionMandatory())
    .option('--expires <day>', 'last day of validity, such as 2027-12-31');
  withExamples(create, 'recert tokens create --name on-call --role operator');
  act(create, cli, options, ({ options: { name, role, expires, json } }) => {
    const { context } = cli;
    const { token, sha256 } = createToken();
    const entry = { name, role, sha256, ...(expires ? { expires } : {}) };
    if (json) printJson(context, { token, configuration: entry });
    else {
      context.err(context.colors.dim('Token (shown only once, not stored):'));
      context.out(token);
      context.err(
        context.colors.dim('Add this under "tokens:" in the configuration and restart the receivers:'),
      );
      context.err(`  - ${stringify(entry, { collectionStyle: 'flow', lineWidth: 0 }).trim()}`);
    }
    return Promise.resolve(EXIT.done);
  });
}

function addIssue(tokens: Command, cli: Cli): void {
  const issue = tokens
    .command('issue')
    .description(
      'have the service create a token that is valid immediately, for some or all Jamf Pro servers, and can be revoked',
    )
    .requiredOption('--name <name>', 'name of the token holder, as shown in the audit log')
    .addOption(choice('--role <role>', 'role of the token', ROLES).makeOptionMandatory())
    .requiredOption('--expires <day>', 'last day of validity, such as 2027-12-31')
    .option('--instance <names...>', 'Jamf Pro servers that the token can access (default: all)')
    .addHelpText(
      'after',
      '\nNeeds the admin role. The token is stored in Redis. If Redis loses its data, the token is lost; tokens in the configuration file are not.',
    );
  withExamples(issue, 'recert tokens issue --name ci --role viewer --expires 2027-06-30 --instance staging');
  act(issue, cli, issueOptions, async ({ options: asked }) => {
    const { context } = cli;
    const { name, role, expires, instance: instances, json } = asked;
    const answer = await connect(
      cli,
      asked,
    )({ method: 'POST', path: 'tokens', body: { name, role, expires, instances }, answer: tokenIssued });
    if (json) printJson(context, answer);
    else {
      context.err(context.colors.dim('Token (shown only once, not stored):'));
      context.out(answer.secret);
      context.err(context.colors.dim(`To revoke it: recert tokens revoke ${answer.token.id}`));
    }
    return EXIT.done;
  });
}

function addList(tokens: Command, cli: Cli): void {
  const list = tokens
    .command('list')
    .description('list all tokens, including those in the configuration file, and when each was last used');
  withExamples(list, 'recert tokens list');
  act(list, cli, z.object({}), async ({ options: asked }) => {
    const { context } = cli;
    const answer = await connect(cli, asked)({ path: 'tokens', answer: tokenList });
    if (asked.json) printJson(context, answer.tokens);
    else
      context.out(
        table(
          ['ID', 'NAME', 'ROLE', 'SERVERS', 'VALID UNTIL', 'LAST USED', 'CREATED BY'],
          answer.tokens.map((one) => [
            one.id,
            one.name,
            one.role,
            one.instances?.join(', ') ?? 'all',
            `${one.expires ?? 'never expires'}${one.expired ? ' (expired)' : ''}`,
            when(one.lastUsedAt, context.now()),
            one.createdBy ?? 'configuration',
          ]),
          context.colors,
        ),
      );
    return EXIT.done;
  });
}

function addRevoke(tokens: Command, cli: Cli): void {
  const revoke = tokens
    .command('revoke <id>')
    .description('revoke a token, and end all sessions that were opened with it');
  withExamples(revoke, 'recert tokens revoke 3f9c1a2b7d4e');
  act(revoke, cli, z.object({}), async ({ options: asked, words: [id = ''] }) => {
    const { context } = cli;
    const answer = await connect(
      cli,
      asked,
    )({ method: 'DELETE', path: `tokens/${encodeURIComponent(id)}`, answer: tokenRevoked });
    if (asked.json) printJson(context, answer);
    else context.out(`The token of ${answer.name} is revoked.`);
    return EXIT.done;
  });
}
