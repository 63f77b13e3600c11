import { type CommandNode, everyCommand, type Value } from './tree.js';

/** Generates the completion script for zsh, with the descriptions of commands and options. */
export function zshCompletion(root: CommandNode): string {
  const all = everyCommand(root);
  const below = all.filter(({ words }) => words.length > 0);
  return `#compdef recert
# zsh completion for recert. Add this to ~/.zshrc, after compinit: eval "$(recert completion zsh)"
_recert() {
  local current="$words[CURRENT]" before="$words[CURRENT-1]" at='' index
  local -a commands options
  for ((index = 2; index < CURRENT; index++)); do
    case "\${at:+$at }$words[index]" in
      ${below.map(({ words }) => `(${quoted(words.join(' '))})`).join('|')}) at="\${at:+$at }$words[index]" ;;
    esac
  done
  if [[ "$current" == --*=* ]]; then
    before="\${current%%=*}"
    compset -P '*='
  fi
  case "$at:$before" in
${all.flatMap(valueCases).join('\n')}
  esac
  case "$at" in
${all.map(wordCase).join('\n')}
  esac
  if [[ "$current" == -* ]] || ((\${#commands} == 0)); then _describe -o option options; fi
  if ((\${#commands} > 0)) && [[ "$current" != -* ]]; then _describe command commands; fi
}
compdef _recert recert`;
}

function valueCases({ words, options }: CommandNode): string[] {
  return options.flatMap(({ flags, value }) => {
    if (value === null) return [];
    const patterns = flags.map((flag) => `(${quoted(`${words.join(' ')}:${flag}`)})`).join('|');
    return [`    ${patterns}) ${offer(value)}; return ;;`];
  });
}

function wordCase({ words, commands, options, value }: CommandNode): string {
  const described = [
    ...commands.map((one) => entry(one.words.at(-1) ?? '', one.description)),
    ...(value?.kind === 'one of' ? value.values.map((one) => quoted(one)) : []),
  ];
  const flags = options.flatMap(({ flags: names, description }) =>
    names.filter((flag) => flag.startsWith('--')).map((flag) => entry(flag, description)),
  );
  const files = value?.kind === 'file' ? ` [[ "$current" == -* ]] || { _files; return; };` : '';
  return `    (${quoted(words.join(' '))})${files} commands=(${described.join(' ')}) options=(${flags.join(' ')}) ;;`;
}

function offer(value: Value): string {
  if (value.kind === 'one of') return `compadd -- ${value.values.map(quoted).join(' ')}`;
  return value.kind === 'file' ? '_files' : '_message value';
}

/** Formats `name:description`, the format that the zsh function `_describe` expects. */
function entry(name: string, description: string): string {
  return quoted(`${name.replaceAll(':', String.raw`\:`)}:${description}`);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
