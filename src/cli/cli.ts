import type { Command } from 'commander';
import { z } from 'zod';
import { type Client, createClient, resolveConnection } from './http/client.js';
import type { Context } from './context.js';
import { CliError, EXIT, type ExitCode } from './exit.js';

/** What every command is made with. */
export interface Cli {
  context: Context;
  /** Notes how the command ended. */
  finish(exitCode: ExitCode): void;
}

/** Options that every command has. */
export const globalOptions = z.object({
  url: z.string().optional(),
  token: z.string().optional(),
  json: z.boolean().default(false),
});

/** The options of every command, checked, and the words that are no options. */
export interface Given<Options> {
  options: Options & z.output<typeof globalOptions>;
  words: readonly string[];
}

/** Gives a command its work. Options are checked by `schema` first; what they lack is told all at once. */
export function act<Schema extends z.ZodObject>(
  command: Command,
  cli: Cli,
  schema: Schema,
  work: (given: Given<z.output<Schema>>) => Promise<ExitCode>,
): void {
  command.action(async () => {
    const given: unknown = command.optsWithGlobals();
    const own = schema.safeParse(given);
    const global = globalOptions.safeParse(given);
    if (!own.success) throw new CliError(EXIT.usage, wrongOptions(own.error, command));
    if (!global.success) throw new CliError(EXIT.usage, wrongOptions(global.error, command));
    // An empty variable of a script: a list would be asked for in place of one thing.
    if (command.args.includes(''))
      throw new CliError(EXIT.usage, `An empty text stands where ${spelled(command)} expects a word.`);
    const options = { ...global.data, ...own.data };
    cli.finish(await work({ options, words: command.args }));
  });
}

/** A client for the service that the options or the environment name. */
export function connect(
  { context }: Cli,
  options: Pick<z.output<typeof globalOptions>, 'url' | 'token'>,
): Client {
  return createClient(resolveConnection(options, context.environment));
}

function wrongOptions(error: z.ZodError, command: Command): string {
  const said = error.issues.map(({ path: [name], message }) => {
    const option = command.options.find((one) => one.attributeName() === name);
    return `${option?.long ?? String(name)}: ${message}`;
  });
  return `${said.join('\n')}\n${spelled(command)} --help shows what can be said.`;
}

/** A command as it is typed: `recert events list`. */
function spelled(command: Command): string {
  return command.parent === null ? command.name() : `${spelled(command.parent)} ${command.name()}`;
}
