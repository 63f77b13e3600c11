import type { Command } from 'commander';
import { z } from 'zod';
import { batchPage, batchView } from '../../../contract/resources/redistribution.js';
import { duration } from '../../../config/values/duration.js';
import { act, type Cli, connect } from '../../cli.js';
import type { Context } from '../../context.js';
import { EXIT } from '../../exit.js';
import { instance, withExamples, withInstance } from '../../options.js';
import { limit, readPages } from '../../http/pages.js';
import { exactly, facts, printJson, table } from '../../output/print.js';
import { countsOf, watchBatch } from '../../redistribute/watch-batch.js';

type Batch = z.output<typeof batchView>;

const ID = '3f9c1a2b-7d4e-4a55-9a51-2f6f6a1f7c10';

/** Adds `recert batches` with the subcommands `list`, `show` and `cancel`. A batch is one request for several Macs. */
export function addBatchesCommand(program: Command, cli: Cli): void {
  const batches = program
    .command('batches')
    .description('show or cancel batches of redistributions')
    .helpCommand(false);
  addList(batches, cli);
  addShow(batches, cli);
  addCancel(batches, cli);
}

function addList(batches: Command, cli: Cli): void {
  const list = withInstance(
    batches.command('list', { isDefault: true }).description('list batches, newest first'),
  ).option('--limit <count>', 'maximum number of batches', '50');
  withExamples(list, 'recert batches list');
  act(list, cli, z.object({ instance, limit }), async ({ options }) => {
    const asked = { path: 'batches', query: { instance: options.instance }, answer: batchPage };
    const paging = { items: (page: z.output<typeof batchPage>) => page.batches, most: options.limit };
    const found = await readPages(connect(cli, options), asked, paging);
    if (options.json) printJson(cli.context, found);
    else cli.context.out(listScreen(found, cli.context));
    return EXIT.done;
  });
}

function addShow(batches: Command, cli: Cli): void {
  const show = batches
    .command('show')
    .description('show the progress of a batch; exit code 1 if any of its Macs needs attention')
    .argument('<id>', 'ID of the batch')
    .option('--wait', 'wait until all redistributions of the batch have ended, showing progress')
    .option('--within <duration>', 'maximum time to wait', '1d');
  withExamples(show, `recert batches show ${ID} --wait`);
  const options = z.object({ wait: z.boolean().default(false), within: duration().prefault('1d') });
  act(show, cli, options, async ({ options: { wait, within, ...given }, words: [id = ''] }) => {
    const { context } = cli;
    const client = connect(cli, given);
    const batch = await client({ path: `batches/${encodeURIComponent(id)}`, answer: batchView });
    if (wait) return watchBatch(batch.id, { client, context, withinMs: within, json: given.json });
    if (given.json) printJson(context, batch);
    else context.out(detailScreen(batch, context));
    return (batch.byState['needs-human'] ?? 0) > 0 ? EXIT.failed : EXIT.done;
  });
}

function addCancel(batches: Command, cli: Cli): void {
  const cancel = batches
    .command('cancel')
    .description('cancel a batch: open no further redistributions, and cancel those that are open')
    .argument('<id>', 'ID of the batch')
    .requiredOption('--reason <why>', 'reason for the audit log, at least 8 characters')
    .option('--keep-opened', 'do not cancel the redistributions that are already open');
  withExamples(cancel, `recert batches cancel ${ID} --reason 'wrong filter, sorry'`);
  const options = z.object({ reason: z.string(), keepOpened: z.boolean().default(false) });
  act(cancel, cli, options, async ({ options: { reason, keepOpened, ...given }, words: [id = ''] }) => {
    const { context } = cli;
    const path = `batches/${encodeURIComponent(id)}/cancel`;
    const body = { reason, opened: !keepOpened };
    const batch = await connect(cli, given)({ method: 'POST', path, body, answer: batchView });
    if (given.json) printJson(context, batch);
    else context.out(`Cancellation requested. Run recert batches show ${batch.id} to follow it.`);
    return EXIT.done;
  });
}

function listScreen(found: readonly Batch[], { colors }: Context): string {
  if (found.length === 0) return 'No batches found.';
  return table(
    ['ID', 'CREATED', 'USER', 'MACS', 'VERIFIED', 'STATE', 'OTHER STATES', 'REASON'],
    found.map((batch) => [
      batch.id,
      exactly(batch.at),
      batch.by,
      String(batch.total),
      String(batch.byState.verified ?? 0),
      batchStateLabel(batch.state),
      countsOf(batch),
      batch.reason,
    ]),
    colors,
  );
}

/** Returns the display label of a batch state. The API values use British spelling, the labels US spelling. */
function batchStateLabel(state: Batch['state']): string {
  return { opening: 'opening', opened: 'opened', cancelling: 'canceling', cancelled: 'canceled' }[state];
}

function detailScreen(batch: Batch, { colors }: Context): string {
  const { filter, cancelRequest } = batch;
  const criteria = Object.entries(filter ?? {}).map(([name, value]) => `${name} ${String(value)}`);
  return facts(
    [
      ['batch', `${batch.id} on ${batch.instance}, ${batchStateLabel(batch.state)}`],
      ['requested', `by ${batch.by} at ${exactly(batch.at)}: ${batch.reason}`],
      ['for', filter === null ? 'Macs listed in the request' : `all Macs with ${criteria.join(', ')}`],
      ['accepted', `${batch.total}: ${batch.opened} opened, ${batch.left} not opened yet`],
      ['verified', String(batch.byState.verified ?? 0)],
      ['other states', countsOf(batch) || '–'],
      ...batch.refusals.map(
        ({ count, sentence }) => ['refused', `${count}, for example: ${sentence}`] as const,
      ),
      ...(cancelRequest === null
        ? []
        : [['canceled', `by ${cancelRequest.by}: ${cancelRequest.reason}`] as const]),
    ],
    colors,
  );
}
