import type { Command } from 'commander';
import { z } from 'zod';
import { type Client, createClient, resolveConnection } from './http/client.js';
import type { Context } from './context.js';
import { CliError, EXIT, type ExitCode } from './exit.js';

/** What every command gets: the environment of the process, and a way to set its exit code. */
export interface Cli {
  context: Context;
  /** Sets the exit code of the process. Without a call, the exit code is 0. */
  finish(exitCode: ExitCode): void;
}

/** Options that every command accepts. */
export const globalOptions = z.object({
  url: z.string().optional(),
  token: z.string().optional(),
  json: z.boolean().default(false),
});

/**
 * What the user typed: the validated options of a command, global options included, and its positional arguments
 * (`words`).
 */
export interface Given<Options> {
  options: Options & z.output<typeof globalOptions>;
  words: readonly string[];
}

/**
 * Registers the action of a command. Options are validated against `schema` first; all errors are reported together.
 *
 * @throws CliError with `EXIT.usage` for invalid options or an empty argument.
 */
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
    // An empty argument usually comes from an unset variable in a shell script. In a request path, an empty ID
    // would address the whole list instead of one item.
    if (command.args.includes(''))
      throw new CliError(EXIT.usage, `${commandPath(command)}: an argument is empty.`);
    const options = { ...global.data, ...own.data };
    cli.finish(await work({ options, words: command.args }));
  });
}

/** Creates an API client for the Recert service whose address and token are in the options or the environment. */
export function connect(
  { context }: Cli,
  options: Pick<z.output<typeof globalOptions>, 'url' | 'token'>,
): Client {
  const client = createClient(resolveConnection(options, context.environment));
  return async (ask) => {
    const answer = await client(ask);
    const { data } = z.object({ unreadable: z.array(z.string()).min(1) }).safeParse(answer);
    if (data)
      context.err(
        `This version of the service cannot read these records, so they are not shown: ${data.unreadable.join(', ')}`,
      );
    return answer;
  };
}

function wrongOptions(error: z.ZodError, command: Command): string {
  const messages = error.issues.map(({ path: [name], message }) => {
    const option = command.options.find((one) => one.attributeName() === name);
    return `${option?.long ?? String(name)}: ${message}`;
  });
  return `${messages.join('\n')}\n${commandPath(command)} --help shows the usage.`;
}

/** Returns the full name of a command, for example `recert events list`. */
function commandPath(command: Command): string {
  return command.parent === null ? command.name() : `${commandPath(command.parent)} ${command.name()}`;
}
