import type { Command } from 'commander';
import { stringify } from 'yaml';
import { z } from 'zod';
import { loadConfig } from '../../../config/load.js';
import { settings } from '../../../config/reference.js';
import { summarize } from '../../../config/summary.js';
import { act, type Cli } from '../../cli.js';
import { EXIT } from '../../exit.js';
import { withExamples } from '../../options.js';
import { printJson, table } from '../../output/print.js';

const options = z.object({ describe: z.boolean().default(false) });

/** Adds `recert config check`, which prints all errors of the configuration, or the effective configuration. */
export function addConfigCommand(program: Command, cli: Cli): void {
  const config = program
    .command('config')
    .description('check the configuration file that RECERT_CONFIG names')
    .helpCommand(false);
  const check = config
    .command('check')
    .description('validate the configuration: print all errors, or the effective values with secrets hidden')
    .option('--describe', 'print a description of every setting instead');
  withExamples(check, 'RECERT_CONFIG=recert.yaml recert config check');
  act(check, cli, options, ({ options: { describe, json } }) => {
    const { context } = cli;
    if (describe) {
      const all = settings();
      if (json) printJson(context, all);
      else
        context.out(
          table(
            ['SETTING', 'DEFAULT', 'MEANING'],
            all.map(({ path, fallback, description }) => [path, fallback ?? 'required', description]),
            context.colors,
          ),
        );
      return Promise.resolve(EXIT.done);
    }
    const effective = summarize(loadConfig(context.environment));
    if (json) printJson(context, effective);
    else {
      context.out(stringify(effective, { lineWidth: 0 }).trimEnd());
      context.err(context.colors.green('The configuration is valid.'));
    }
    return Promise.resolve(EXIT.done);
  });
}
