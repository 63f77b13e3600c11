import { type CommandNode, everyCommand, type Value } from './tree.js';

/** Generates the completion script for fish, with the descriptions of commands and options. */
export function fishCompletion(root: CommandNode): string {
  const all = everyCommand(root);
  const below = all.filter(({ words }) => words.length > 0);
  return `# fish completion for recert. Add this to ~/.config/fish/config.fish: recert completion fish | source
function __recert_at
    set -l at ''
    for word in (commandline -opc)[2..-1]
        switch (string trim -- "$at $word")
            case ${below.map(({ words }) => quoted(words.join(' '))).join(' ')}
                set at (string trim -- "$at $word")
        end
    end
    test "$at" = "$argv[1]"
end
complete -c recert -f
${all.flatMap(linesOf).join('\n')}`;
}

function linesOf({ words, commands, options, value }: CommandNode): string[] {
  const here = `complete -c recert -n ${quoted(`__recert_at ${quoted(words.join(' '))}`)}`;
  return [
    ...commands.map((one) => `${here} -a ${quoted(one.words.at(-1) ?? '')} -d ${quoted(one.description)}`),
    ...(value?.kind === 'one of' ? [`${here} -a ${quoted(value.values.join(' '))}`] : []),
    ...(value?.kind === 'file' ? [`${here} -F`] : []),
    ...options.map(({ flags, description, value: takes }) => {
      const names = flags.map((flag) =>
        flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`,
      );
      return [here, ...names, ...(takes ? [offer(takes)] : []), `-d ${quoted(description)}`].join(' ');
    }),
  ];
}

function offer(value: Value): string {
  if (value.kind === 'one of') return `-x -a ${quoted(value.values.join(' '))}`;
  return value.kind === 'file' ? '-r -F' : '-x';
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", String.raw`\'`)}'`;
}
