import type { Command } from 'commander';
import { z } from 'zod';
import {
  redistributionDetail,
  redistributionPage,
  redistributionState,
} from '../../../contract/resources/redistribution.js';
import { BLOCK_REASONS } from '../../../domain/redistribution/record.js';
import { act, type Cli, connect } from '../../cli.js';
import { EXIT } from '../../exit.js';
import { choice, instance, withExamples, withInstance } from '../../options.js';
import { limit, readPages } from '../../http/pages.js';
import { printJson } from '../../output/print.js';
import { detailScreen, listScreen, redistributionsCsv } from '../../redistributions/screens.js';

const listOptions = z.object({
  state: z.enum(redistributionState.options).optional(),
  profile: z.string().optional(),
  computer: z.string().optional(),
  blocked: z.enum(BLOCK_REASONS).optional(),
  batch: z.string().optional(),
  instance,
  limit,
  csv: z.boolean().default(false),
});

/** Adds `recert redistributions` with the subcommands `list`, `show` and `cancel`. */
export function addRedistributionsCommand(program: Command, cli: Cli): void {
  const redistributions = program
    .command('redistributions')
    .description('list, show and cancel redistributions')
    .helpCommand(false);
  addList(redistributions, cli);
  addShow(redistributions, cli);
  addCancel(redistributions, cli);
}

function addList(redistributions: Command, cli: Cli): void {
  const list = withInstance(
    redistributions
      .command('list', { isDefault: true })
      .description('list redistributions, newest first')
      .addOption(choice('--state <state>', 'only redistributions in this state', redistributionState.options))
      .option('--profile <profile>', 'only redistributions of this watched profile')
      .option('--computer <id>', 'only redistributions of the Mac with this ID in Jamf Pro'),
  )
    .addOption(choice('--blocked <reason>', 'only redistributions blocked for this reason', BLOCK_REASONS))
    .option('--batch <id>', 'only redistributions of this batch')
    .option('--limit <count>', 'maximum number of redistributions', '50')
    .option('--csv', 'print the redistributions as CSV');
  withExamples(
    list,
    'recert redistributions list --state needs-human',
    'recert redistributions list --limit 10000 --csv > redistributions.csv',
  );
  act(list, cli, listOptions, async ({ options }) => {
    const { context } = cli;
    const { computer: computerId, state, profile, blocked: reason, batch, instance: named } = options;
    const found = await readPages(
      connect(cli, options),
      {
        path: 'redistributions',
        query: { state, profile, reason, batch, computerId, instance: named },
        answer: redistributionPage,
      },
      { items: (page) => page.redistributions, most: options.limit },
    );
    if (options.json) printJson(context, found);
    else context.out(options.csv ? redistributionsCsv(found) : listScreen(found, context));
    return EXIT.done;
  });
}

function addShow(redistributions: Command, cli: Cli): void {
  const show = redistributions
    .command('show')
    .description('show one redistribution with its evidence and history')
    .argument('<id>', 'ID of the redistribution');
  withExamples(show, 'recert redistributions show 5b0c9a52-6f0e-4d67-9d3f-0c4e3a3f6a11');
  act(show, cli, z.object({}), async ({ options, words: [id = ''] }) => {
    const path = `redistributions/${encodeURIComponent(id)}`;
    const detail = await connect(cli, options)({ path, answer: redistributionDetail });
    if (options.json) printJson(cli.context, detail);
    else cli.context.out(detailScreen(detail, cli.context));
    return EXIT.done;
  });
}

function addCancel(redistributions: Command, cli: Cli): void {
  const cancel = redistributions
    .command('cancel')
    .description('cancel a redistribution: send no more commands, and restore the groups in Jamf Pro')
    .argument('<id>', 'ID of the redistribution')
    .requiredOption('--reason <why>', 'reason for the audit log, at least 8 characters');
  withExamples(
    cancel,
    "recert redistributions cancel 5b0c9a52-6f0e-4d67-9d3f-0c4e3a3f6a11 --reason 'wrong Mac'",
  );
  act(cancel, cli, z.object({ reason: z.string() }), async ({ options, words: [id = ''] }) => {
    const detail = await connect(
      cli,
      options,
    )({
      method: 'POST',
      path: `redistributions/${encodeURIComponent(id)}/cancel`,
      body: { reason: options.reason },
      answer: redistributionDetail,
    });
    if (options.json) printJson(cli.context, detail);
    else
      cli.context.out(`Cancellation requested. Run recert redistributions show ${detail.id} to follow it.`);
    return EXIT.done;
  });
}
