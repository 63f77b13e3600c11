import { type Command, Option } from 'commander';
import { z } from 'zod';

/** Where most commands act: the only Jamf Pro server, or the one that is named. */
export const instance = z.string().optional();

/** A whole number that an option takes; what it may be is said when it is not. */
export function wholeNumber(least: number, most = Number.MAX_SAFE_INTEGER) {
  const span =
    most === Number.MAX_SAFE_INTEGER
      ? `, ${least} or more`
      : ` from ${least.toLocaleString('en')} to ${most.toLocaleString('en')}`;
  return z.coerce.number(`write a whole number${span}`).int().min(least).max(most);
}

/** An option with few values: they are checked, stand in the help, and are completed by the shell. */
export function choice(flags: string, description: string, values: readonly string[]): Option {
  return new Option(flags, description).choices(values);
}

/** Adds `--instance` to a command about one server. */
export function withInstance(command: Command): Command {
  return command.option('--instance <instance>', 'the Jamf Pro server, when there are several');
}

/** Adds examples under the help of a command: one command line each. */
export function withExamples(command: Command, ...examples: readonly string[]): Command {
  const title = examples.length === 1 ? 'Example' : 'Examples';
  return command.addHelpText('after', `\n${title}:\n${examples.map((one) => `  ${one}`).join('\n')}`);
}
