import type { Command } from 'commander';
import { z } from 'zod';
import { settingsAnswer } from '../../../contract/resources/settings.js';
import { act, type Cli, connect } from '../../cli.js';
import { EXIT } from '../../exit.js';
import { withExamples } from '../../options.js';
import { printJson, table } from '../../output/print.js';

const options = z.object({ changed: z.boolean().default(false), describe: z.boolean().default(false) });

/** Adds `recert settings`, which shows the effective configuration of the running service. */
export function addSettingsCommand(program: Command, cli: Cli): void {
  const command = program
    .command('settings')
    .argument('[text]', 'only settings whose path contains this text, such as okta or waits')
    .description('show the effective configuration of the running service, with secrets hidden')
    .option('--changed', 'show only settings that differ from the default')
    .option('--describe', 'include a description of each setting');
  withExamples(command, 'recert settings --changed', 'recert settings waits --describe');
  act(command, cli, options, async ({ options: given, words: [text = ''] }) => {
    const { context } = cli;
    const answer = await connect(cli, given)({ path: 'settings', answer: settingsAnswer });
    const settings = answer.settings.filter(
      ({ path, isDefault }) => path.includes(text) && !(given.changed && isDefault),
    );
    if (given.json) printJson(context, settings);
    else
      context.out(
        table(
          ['SETTING', 'VALUE', '', ...(given.describe ? ['MEANING'] : [])],
          settings.map(({ path, value, isDefault, description }) => [
            path,
            value,
            isDefault ? context.colors.dim('default') : '',
            ...(given.describe ? [description] : []),
          ]),
          context.colors,
        ),
      );
    return EXIT.done;
  });
}
