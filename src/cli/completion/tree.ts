import type { Argument, Command, Option } from 'commander';

/** The values that an option or an argument accepts. */
export type Value =
  | { kind: 'one of'; values: readonly string[] }
  | { kind: 'file' }
  /** Free text, for which the shell offers no completion. */
  | { kind: 'text' };

/** An option of a command, with what the completion scripts need. */
export interface OptionNode {
  /** Flags with their dashes, the long flag last. */
  flags: readonly string[];
  description: string;
  /** `null` for a flag without a value. */
  value: Value | null;
}

/** A command, with what the completion scripts need. */
export interface CommandNode {
  /** Words of the command after `recert`; empty for `recert` itself. */
  words: readonly string[];
  description: string;
  commands: readonly CommandNode[];
  options: readonly OptionNode[];
  /** Values of the argument of the command; `null` if the command takes no argument. */
  value: Value | null;
}

/** Placeholders that denote a path, such as `<file>` in `--picture <file>`. */
const FILES = new Set(['file', 'path', 'folder']);

/**
 * Builds the tree of commands for the completion scripts from the commander definitions, so the scripts always
 * match the commands.
 */
export function treeOf(command: Command, words: readonly string[] = []): CommandNode {
  const help = command.createHelp();
  help.showGlobalOptions = true;
  const [first] = command.registeredArguments;
  return {
    words,
    description: command.description(),
    commands: help.visibleCommands(command).map((one) => treeOf(one, [...words, one.name()])),
    options: [...help.visibleOptions(command), ...help.visibleGlobalOptions(command)].map(optionOf),
    value: first === undefined ? null : valueOf(first, first.name()),
  };
}

/** Returns a command and all commands below it, parents first. */
export function everyCommand(node: CommandNode): CommandNode[] {
  return [node, ...node.commands.flatMap(everyCommand)];
}

function optionOf(option: Option): OptionNode {
  const flags = [option.short, option.long].filter((flag) => flag !== undefined);
  const takes = option.required || option.optional;
  const placeholder = /[<[]([\w-]+)/u.exec(option.flags)?.[1] ?? '';
  return { flags, description: option.description, value: takes ? valueOf(option, placeholder) : null };
}

function valueOf({ argChoices }: Option | Argument, placeholder: string): Value {
  if (argChoices !== undefined && argChoices.length > 0) return { kind: 'one of', values: argChoices };
  return FILES.has(placeholder) || placeholder.endsWith('-file') ? { kind: 'file' } : { kind: 'text' };
}
