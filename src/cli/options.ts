import { type Command, Option } from 'commander';
import { z } from 'zod';

/** Option `--instance`: name of a Jamf Pro server. It can be omitted if only one server is configured. */
export const instance = z.string().optional();

/** Schema of an option that is the ID of a configuration profile. */
export const profileId = z
  .string()
  .regex(/^\d{1,12}$/, 'must be the numeric ID of the configuration profile in Jamf Pro');

/** Schema of an option that is a whole number from `least` to `most`. The error message states the range. */
export function wholeNumber(least: number, most = Number.MAX_SAFE_INTEGER) {
  const span =
    most === Number.MAX_SAFE_INTEGER
      ? `, ${least} or more`
      : ` from ${least.toLocaleString('en')} to ${most.toLocaleString('en')}`;
  return z.coerce.number(`must be a whole number${span}`).int().min(least).max(most);
}

/** Creates an option with a fixed set of values, which the help lists and the shell completes. */
export function choice(flags: string, description: string, values: readonly string[]): Option {
  return new Option(flags, description).choices(values);
}

/** Adds `--instance` to a command that works on one Jamf Pro server. */
export function withInstance(command: Command): Command {
  return command.option('--instance <instance>', 'Jamf Pro server; required if several are configured');
}

/** Adds examples to the help of a command. Each example is one command line. */
export function withExamples(command: Command, ...examples: readonly string[]): Command {
  const title = examples.length === 1 ? 'Example' : 'Examples';
  return command.addHelpText('after', `\n${title}:\n${examples.map((one) => `  ${one}`).join('\n')}`);
}
