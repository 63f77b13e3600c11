import { type CommandNode, everyCommand, type Value } from './tree.js';

/**
 * Generates the completion script for bash. The script works in bash 3.2 (macOS), does not need the package
 * bash-completion, and starts no Node process. Bash splits words at `=`, so `--state=ov` arrives as three words.
 */
export function bashCompletion(root: CommandNode): string {
  const all = everyCommand(root);
  const below = all.filter(({ words }) => words.length > 0);
  return `# bash completion for recert. Add this to ~/.bashrc: eval "$(recert completion bash)"
_recert() {
  local current="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" at='' index
  [ "$current" = '=' ] && current=''
  [ "$before" = '=' ] && before="\${COMP_WORDS[COMP_CWORD-2]}"
  for ((index = 1; index < COMP_CWORD; index++)); do
    case "\${at:+$at }\${COMP_WORDS[index]}" in
      ${below.map(({ words }) => quoted(words.join(' '))).join('|')}) at="\${at:+$at }\${COMP_WORDS[index]}" ;;
    esac
  done
  COMPREPLY=()
  case "$at:$before" in
${all.flatMap(valueCases).join('\n')}
  esac
  case "$at" in
${all.map(wordCase).join('\n')}
  esac
}
complete -F _recert recert`;
}

/**
 * Returns the `case` patterns for options that take a value. After such an option, the script offers only the
 * values of the option.
 */
function valueCases({ words, options }: CommandNode): string[] {
  return options.flatMap(({ flags, value }) => {
    if (value === null) return [];
    const patterns = flags.map((flag) => quoted(`${words.join(' ')}:${flag}`)).join('|');
    return [`    ${patterns}) ${[...reply(value), 'return'].join('; ')} ;;`];
  });
}

/** Returns the `case` pattern of a command, which offers the subcommands, options and argument values of the command. */
function wordCase({ words, commands, options, value }: CommandNode): string {
  const values = value?.kind === 'one of' ? value.values : [];
  const all = [
    ...commands.map((one) => one.words.at(-1) ?? ''),
    ...values,
    ...options.flatMap(({ flags }) => flags.filter((flag) => flag.startsWith('--'))),
  ];
  const files =
    value?.kind === 'file' ? `[[ "$current" == -* ]] || { ${reply(value).join('; ')}; return; }; ` : '';
  return `    ${quoted(words.join(' '))}) ${files}COMPREPLY=($(compgen -W ${quoted(all.join(' '))} -- "$current")) ;;`;
}

function reply(value: Value): string[] {
  if (value.kind === 'one of')
    return [`COMPREPLY=($(compgen -W ${quoted(value.values.join(' '))} -- "$current"))`];
  // With `-o filenames`, bash escapes spaces and appends a slash to folders.
  return value.kind === 'file'
    ? ['compopt -o filenames 2>/dev/null', 'COMPREPLY=($(compgen -f -- "$current"))']
    : [];
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
