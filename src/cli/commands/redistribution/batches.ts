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

/** Adds `recert batches list`, `show` and `cancel`: requests for many Macs. */
export function addBatchesCommand(program: Command, cli: Cli): void {
  const batches = program
    .command('batches')
    .description('requests to redistribute to many Macs, and how far they are')
    .helpCommand(false);
  addList(batches, cli);
  addShow(batches, cli);
  addCancel(batches, cli);
}

function addList(batches: Command, cli: Cli): void {
  const list = withInstance(batches.command('list', { isDefault: true }).description('newest first')).option(
    '--limit <count>',
    'most to print',
    '50',
  );
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
    .description('how far one is; exit code 1 when a Mac of it needs a person')
    .argument('<id>', 'id of the request')
    .option('--wait', 'follow it until everything has ended')
    .option('--within <duration>', 'longest time to wait', '1d');
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
    .description('stop one: nothing more is opened, and what it opened and is not over is cancelled')
    .argument('<id>', 'id of the request')
    .requiredOption('--reason <why>', 'why, at least 8 characters: it is kept')
    .option('--keep-opened', 'let go on what was opened already');
  withExamples(cancel, `recert batches cancel ${ID} --reason 'wrong filter, sorry'`);
  const options = z.object({ reason: z.string(), keepOpened: z.boolean().default(false) });
  act(cancel, cli, options, async ({ options: { reason, keepOpened, ...given }, words: [id = ''] }) => {
    const { context } = cli;
    const path = `batches/${encodeURIComponent(id)}/cancel`;
    const body = { reason, opened: !keepOpened };
    const batch = await connect(cli, given)({ method: 'POST', path, body, answer: batchView });
    if (given.json) printJson(context, batch);
    else context.out(`Asked to stop. recert batches show ${batch.id} shows what becomes of it.`);
    return EXIT.done;
  });
}

function listScreen(found: readonly Batch[], { colors }: Context): string {
  if (found.length === 0) return 'There is none.';
  return table(
    ['ID', 'WHEN', 'WHO', 'MACS', 'PROVEN', 'STATE', '', 'WHY'],
    found.map((batch) => [
      batch.id,
      exactly(batch.at),
      batch.by,
      String(batch.total),
      String(batch.byState.verified ?? 0),
      batch.state,
      countsOf(batch),
      batch.reason,
    ]),
    colors,
  );
}

function detailScreen(batch: Batch, { colors }: Context): string {
  const { filter, cancelRequest } = batch;
  const meant = Object.entries(filter ?? {}).map(([name, value]) => `${name} ${String(value)}`);
  return facts(
    [
      ['request', `${batch.id} on ${batch.instance}, ${batch.state}`],
      ['because', `${batch.by} asked ${exactly(batch.at)}: ${batch.reason}`],
      ['for', filter === null ? 'Macs that were named' : `all with ${meant.join(', ')}`],
      ['taken on', `${batch.total}, of which ${batch.opened} are opened and ${batch.left} are to be`],
      ['proven', String(batch.byState.verified ?? 0)],
      ['others', countsOf(batch) || '–'],
      ...batch.refusals.map(
        ({ count, sentence }) => ['refused', `${count}; the first: ${sentence}`] as const,
      ),
      ...(cancelRequest === null
        ? []
        : [['stopped', `by ${cancelRequest.by}: ${cancelRequest.reason}`] as const]),
    ],
    colors,
  );
}
