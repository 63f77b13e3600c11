import type { Argument, Command, Option } from 'commander';

/** Values of an option or argument. */
export type Value =
  | { kind: 'one of'; values: readonly string[] }
  | { kind: 'file' }
  /** Free text, not completed. */
  | { kind: 'text' };

/** An option, as needed for shell completion. */
export interface OptionNode {
  /** Flags with their dashes, the long flag last. */
  flags: readonly string[];
  description: string;
  /** `null` for a flag without a value. */
  value: Value | null;
}

/** A command, as needed for shell completion. */
export interface CommandNode {
  /** Command path without the program name; empty for the program. */
  words: readonly string[];
  description: string;
  commands: readonly CommandNode[];
  options: readonly OptionNode[];
  /** Values of its argument; `null` if it takes none. */
  value: Value | null;
}

/** Placeholders in option flags that denote a path. */
const FILES = new Set(['file', 'path', 'folder']);

/** Builds the completion tree from the commander definitions, so that the completion cannot differ from the commands. */
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

/** Flattens a tree: the command first, then all its descendants. */
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
