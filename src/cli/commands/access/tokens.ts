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

const day = z.iso.date('write a day like 2027-12-31');
const options = z.object({ name: z.string().trim().min(1), role: z.enum(ROLES), expires: day.optional() });
const issueOptions = options.extend({ expires: day, instance: z.array(z.string()).optional() });

/** Adds `recert tokens`: create works without a service, the others ask one. */
export function addTokensCommand(program: Command, cli: Cli): void {
  const tokens = program.command('tokens').description('API tokens').helpCommand(false);
  addCreate(tokens, cli);
  addIssue(tokens, cli);
  addList(tokens, cli);
  addRevoke(tokens, cli);
}

/** Nothing is stored and nothing is asked: the token is seen here once. */
function addCreate(tokens: Command, cli: Cli): void {
  const create = tokens
    .command('create')
    .description('make a token, and the line for the configuration that makes it good')
    .requiredOption('--name <name>', 'who will hold it: the audit trail shows this')
    .addOption(choice('--role <role>', 'what they may do', ROLES).makeOptionMandatory())
    .option('--expires <day>', 'last day on which it is good, such as 2027-12-31');
  withExamples(create, 'recert tokens create --name on-call --role operator');
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

function addIssue(tokens: Command, cli: Cli): void {
  const issue = tokens
    .command('issue')
    .description('have the service make a token: good at once, for some servers or all, revocable')
    .requiredOption('--name <name>', 'who will hold it: the audit trail shows this')
    .addOption(choice('--role <role>', 'what they may do', ROLES).makeOptionMandatory())
    .requiredOption('--expires <day>', 'last day on which it is good, such as 2027-12-31')
    .option('--instance <names...>', 'the Jamf Pro servers that it is for; all when left out')
    .addHelpText(
      'after',
      '\nNeeds the role admin. It lives in Redis: tokens of the configuration outlive even its loss.',
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
      context.err(context.colors.dim('The token. It is shown this once and kept nowhere:'));
      context.out(answer.secret);
      context.err(context.colors.dim(`recert tokens revoke ${answer.token.id} makes it worth nothing.`));
    }
    return EXIT.done;
  });
}

function addList(tokens: Command, cli: Cli): void {
  const list = tokens
    .command('list')
    .description('all tokens, those of the configuration too, and when each was used last');
  withExamples(list, 'recert tokens list');
  act(list, cli, z.object({}), async ({ options: asked }) => {
    const { context } = cli;
    const answer = await connect(cli, asked)({ path: 'tokens', answer: tokenList });
    if (asked.json) printJson(context, answer.tokens);
    else
      context.out(
        table(
          ['ID', 'NAME', 'ROLE', 'SERVERS', 'GOOD UNTIL', 'USED', 'MADE BY'],
          answer.tokens.map((one) => [
            one.id,
            one.name,
            one.role,
            one.instances?.join(', ') ?? 'all',
            `${one.expires ?? 'for ever'}${one.expired ? ' (over)' : ''}`,
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
    .description('make a token, and the sessions opened with it, worth nothing at once');
  withExamples(revoke, 'recert tokens revoke 3f9c1a2b7d4e');
  act(revoke, cli, z.object({}), async ({ options: asked, words: [id = ''] }) => {
    const { context } = cli;
    const answer = await connect(
      cli,
      asked,
    )({ method: 'DELETE', path: `tokens/${encodeURIComponent(id)}`, answer: tokenRevoked });
    if (asked.json) printJson(context, answer);
    else context.out(`The token of ${answer.name} is worth nothing any more.`);
    return EXIT.done;
  });
}
