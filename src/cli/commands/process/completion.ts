import { Argument, type Command } from 'commander';
import { z } from 'zod';
import { act, type Cli } from '../../cli.js';
import { bashCompletion } from '../../completion/bash.js';
import { fishCompletion } from '../../completion/fish.js';
import { type CommandNode, treeOf } from '../../completion/tree.js';
import { zshCompletion } from '../../completion/zsh.js';
import { CliError, EXIT } from '../../exit.js';
import { withExamples } from '../../options.js';

const SHELLS: Readonly<Record<string, (root: CommandNode) => string>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
};

/** Adds `recert completion`, which prints a completion script for bash, zsh or fish, generated from the commands. */
export function addCompletionCommand(program: Command, cli: Cli): void {
  const completion = program
    .command('completion')
    .description('print the completion script for a shell')
    .addArgument(
      new Argument('<shell>', 'shell for which the script is printed').choices(Object.keys(SHELLS)),
    );
  withExamples(
    completion,
    `eval "$(recert completion bash)"                 # in ~/.bashrc`,
    `eval "$(recert completion zsh)"                  # in ~/.zshrc, after compinit`,
    `recert completion fish | source                  # in ~/.config/fish/config.fish`,
  );
  act(completion, cli, z.object({}), ({ words: [shell = ''] }) => {
    const write = SHELLS[shell];
    if (!write) throw new CliError(EXIT.usage, `There is no completion script for the shell ${shell}.`);
    cli.context.out(write(treeOf(program)));
    return Promise.resolve(EXIT.done);
  });
}
