import type { Command } from 'commander';
import { z } from 'zod';
import {
  redistributionDetail,
  redistributionPage,
  redistributionState,
} from '../../api/schemas/redistribution.js';
import { act, type Cli, connect } from '../cli.js';
import type { Context } from '../context.js';
import { EXIT } from '../exit.js';
import { exactly, facts, printJson, state, table, when } from '../print.js';

type Summary = z.output<typeof redistributionPage>['redistributions'][number];
type Detail = z.output<typeof redistributionDetail>;

const listOptions = z.object({
  state: z.enum(redistributionState.options).optional(),
  profile: z.string().optional(),
  computer: z.string().optional(),
  instance: z.string().optional(),
  limit: z.coerce.number('is a number').int().min(1).max(10_000).default(50),
});

/** Adds `recert redistributions list`, `show` and `cancel`. */
export function addRedistributionsCommand(program: Command, cli: Cli): void {
  const redistributions = program
    .command('redistributions')
    .description('redistributions, open and over')
    .helpCommand(false);
  const list = redistributions
    .command('list', { isDefault: true })
    .description('newest first')
    .option('--state <state>', `only those that are ${redistributionState.options.join(', ')}`)
    .option('--profile <profile>', 'only of this watched profile')
    .option('--computer <id>', 'only of the Mac with this id in Jamf Pro')
    .option('--instance <instance>', 'the Jamf Pro server, when there are several')
    .option('--limit <count>', 'most to print', '50')
    .addHelpText('after', '\nExample:\n  recert redistributions list --state needs-human');
  act(list, cli, listOptions, async ({ options }) => {
    const client = connect(cli, options);
    const { computer, limit, state: inState, profile, instance } = options;
    const found: Summary[] = [];
    let cursor: string | undefined;
    do {
      const page = await client({
        path: 'redistributions',
        query: {
          ...{ state: inState, profile, instance, computerId: computer, cursor },
          limit: Math.min(500, limit - found.length),
        },
        answer: redistributionPage,
      });
      found.push(...page.redistributions);
      cursor = page.next ?? undefined;
    } while (cursor !== undefined && found.length < limit);
    if (options.json) printJson(cli.context, found);
    else cli.context.out(listScreen(found, cli.context));
    return EXIT.done;
  });

  const show = redistributions
    .command('show')
    .description('one with everything that was seen and done')
    .argument('<id>', 'id of the redistribution');
  act(show, cli, z.object({}), async ({ options, words: [id = ''] }) => {
    const path = `redistributions/${encodeURIComponent(id)}`;
    const detail = await connect(cli, options)({ path, answer: redistributionDetail });
    if (options.json) printJson(cli.context, detail);
    else cli.context.out(detailScreen(detail, cli.context));
    return EXIT.done;
  });

  const cancel = redistributions
    .command('cancel')
    .description('stop one: nothing more is sent, and the groups in Jamf are put back')
    .argument('<id>', 'id of the redistribution')
    .requiredOption('--reason <why>', 'why, at least 8 characters: it is kept');
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
    else cli.context.out(`Asked to stop. recert redistributions show ${detail.id} shows what becomes of it.`);
    return EXIT.done;
  });
}

function listScreen(found: readonly Summary[], { colors, now }: Context): string {
  if (found.length === 0) return 'There is none.';
  const at = now();
  return table(
    ['ID', 'MAC', 'USER', 'PROFILE', 'STATE', 'SINCE', 'TRIES', 'WHY NOT NOW, OR PROOF'],
    found.map(({ id, computer, profile, since, attempts, blocked, proof, ...one }) => [
      id,
      computer.serialNumber || computer.id,
      computer.username,
      profile,
      state(one.state, colors),
      when(since, at),
      String(attempts),
      blocked?.text ?? (proof ? `${proof.serialNumber}, expires ${exactly(proof.expiresAt)}` : ''),
    ]),
    colors,
  );
}

function detailScreen(one: Detail, { colors, now }: Context): string {
  const at = now();
  const { computer, cause, before, proof, blocked, trouble } = one;
  const pairs: (readonly [string, string])[] = [
    ['redistribution', one.id],
    [
      'Mac',
      [computer.serialNumber || computer.id, computer.name, computer.username].filter(Boolean).join(' · '),
    ],
    ['profile', `${one.profile} on ${one.instance}`],
    ['state', `${state(one.state, colors)} since ${exactly(one.since)} (${when(one.since, at)})`],
    ['because', cause.kind === 'due' ? 'the certificate is due' : `${cause.by} asked: ${cause.reason}`],
    ['before', `${before.serialNumber || 'no certificate'}, expires ${exactly(before.expiresAt)}`],
    [
      'proof',
      proof
        ? `${proof.serialNumber}, expires ${exactly(proof.expiresAt)}, in the inventory of ${exactly(proof.reportedAt)}`
        : '–',
    ],
    ...(blocked ? [['why not now', blocked.text] as const] : []),
    ...(trouble
      ? [['trouble', `${trouble.text} (${trouble.count} times since ${exactly(trouble.since)})`] as const]
      : []),
    ['plan', one.plan],
    [
      'looks again',
      one.closedAt === null ? `${exactly(one.wakeAt)} (${when(one.wakeAt, at)})` : 'never, it is over',
    ],
  ];
  const history = table(
    ['WHEN', 'STATE', 'WHY'],
    one.history.map(({ at: then, to, why }) => [exactly(then), state(to, colors), why]),
    colors,
  );
  return `${facts(pairs, colors)}\n\n${history}`;
}
