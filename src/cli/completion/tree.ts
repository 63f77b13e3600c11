import type { Argument, Command, Option } from 'commander';

/** What may follow an option or stand for an argument. */
export type Value =
  | { kind: 'one of'; values: readonly string[] }
  | { kind: 'file' }
  /** Something that only the person knows. */
  | { kind: 'text' };

/** An option as a shell completes it. */
export interface OptionNode {
  /** With its dashes, the long one last. */
  flags: readonly string[];
  description: string;
  /** `null` for a switch. */
  value: Value | null;
}

/** A command as a shell completes it. */
export interface CommandNode {
  /** Words from the program on; none for the program itself. */
  words: readonly string[];
  description: string;
  commands: readonly CommandNode[];
  options: readonly OptionNode[];
  /** What its words may be; `null` when it takes none. */
  value: Value | null;
}

/** Placeholders that stand for a path. */
const FILES = new Set(['file', 'path', 'folder']);

/** Everything that can be said, read off the commands themselves, so that it cannot be another. */
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

/** A command and all below it, the program first. */
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
