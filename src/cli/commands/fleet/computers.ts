import type { Command } from 'commander';
import { z } from 'zod';
import { computerDetail, lookAnswer } from '../../../contract/resources/computer.js';
import { act, type Cli, connect } from '../../cli.js';
import { filterOptions, findComputers, resolveId, withFilter } from '../../computers/find.js';
import { judgeOptions, judgeRecords } from '../../computers/judge.js';
import { computerScreen } from '../../computers/screen.js';
import { computersCsv, computersTable } from '../../computers/table.js';
import { EXIT } from '../../exit.js';
import { choice, instance, withExamples, withInstance } from '../../options.js';
import { limit } from '../../http/pages.js';
import { macs, printJson } from '../../output/print.js';

const listOptions = filterOptions.extend({
  serial: z.string().optional(),
  id: z.string().optional(),
  sort: z.string().optional(),
  csv: z.boolean().default(false),
  limit,
});
const oneOptions = z.object({ instance });

/** Adds `recert computers` and its subcommands, which show, refresh and assess Macs. */
export function addComputersCommand(program: Command, cli: Cli): void {
  const computers = withFilter(
    program
      .command('computers')
      .helpCommand(false)
      .description('list or search Macs by serial number, user, name, ID or state')
      .argument('[text]', 'ID, or prefix of the serial number, name, username, real name or email address')
      .option('--serial <serial>', 'exact serial number')
      .option('--id <id>', 'ID of the Mac in Jamf Pro'),
  )
    .addOption(
      choice('--sort <order>', 'order in which the Macs are listed', [
        'contact',
        'expiry',
        'serialNumber',
        'name',
        'user',
      ]),
    )
    .option('--limit <count>', 'maximum number of Macs', '50')
    .option('--csv', 'print the Macs as CSV');
  withExamples(
    computers,
    'recert computers jane',
    'recert computers --state overdue --limit 500',
    'recert computers --expires-within 14d --limit 10000 --csv > expiring.csv',
    'recert computers show C02XK1ABJG5J',
  );
  act(computers, cli, listOptions, async ({ options, words: [text] }) => {
    const { context } = cli;
    const wanted = { ...options, text };
    const most = options.limit;
    const found = await findComputers(connect(cli, options), wanted, { most, now: context.now() });
    if (options.json) printJson(context, found);
    else if (options.csv) context.out(computersCsv(found));
    else if (found.length > 0) context.out(computersTable(found, context));
    if (options.json || options.csv) return EXIT.done;
    context.err(
      found.length === 0
        ? 'No Mac matches. A Mac that is new in Jamf Pro appears after its first inventory update, or after `recert sweep`.'
        : context.colors.dim(
            `${macs(found.length)}${found.length >= most ? '; use --limit to show more' : ''}`,
          ),
    );
    return EXIT.done;
  });
  addShow(computers, cli);
  addLook(computers, cli);
  addJudge(computers, cli);
}

function addShow(computers: Command, cli: Cli): void {
  const show = withInstance(
    computers
      .command('show')
      .description('show one Mac: its certificate, the renewal in progress, and why the renewal is blocked')
      .argument('<mac>', 'serial number, or ID in Jamf Pro'),
  );
  withExamples(show, 'recert computers show C02XK1ABJG5J', 'recert computers show 317 --json');
  act(show, cli, oneOptions, async ({ options, words: [mac = ''] }) => {
    const client = connect(cli, options);
    const id = await resolveId(client, mac, options.instance);
    const query = { instance: options.instance };
    const detail = await client({ path: `computers/${id}`, query, answer: computerDetail });
    if (options.json) printJson(cli.context, detail);
    else cli.context.out(computerScreen(detail, cli.context));
    return EXIT.done;
  });
}

function addLook(computers: Command, cli: Cli): void {
  const look = withInstance(
    computers
      .command('look')
      .description('have Recert read one Mac from Jamf Pro again (changes nothing in Jamf Pro)')
      .argument('<mac>', 'serial number, or ID in Jamf Pro'),
  );
  withExamples(look, 'recert computers look C02XK1ABJG5J');
  act(look, cli, oneOptions, async ({ options, words: [mac = ''] }) => {
    const client = connect(cli, options);
    const id = await resolveId(client, mac, options.instance);
    const body = { instance: options.instance };
    const answer = await client({ method: 'POST', path: `computers/${id}/look`, body, answer: lookAnswer });
    if (options.json) printJson(cli.context, answer);
    else
      cli.context.out(
        `Recert will read the Mac from Jamf Pro. Run recert computers show ${mac} to see the result.`,
      );
    return EXIT.done;
  });
}

function addJudge(computers: Command, cli: Cli): void {
  const judge = computers
    .command('judge')
    .description('assess computer records from a file, without Jamf Pro, Redis or the service')
    .argument(
      '<file>',
      'file with an inventory record (API v3 or v4: record, list or page) or a Classic API record, as JSON or XML; - for standard input',
    )
    .option('--identifier <identifier...>', 'identifiers of the blue profile and of the green profile')
    .option(
      '--subject <pattern>',
      'regular expression that matches the certificate subject, as in the configuration',
    )
    .option('--window <window>', 'renewal window, such as 30d or 25%')
    .option(
      '--stale <duration>',
      'maximum age of inventory, such as 14d; a Mac with older inventory has the state unknown',
    )
    .option('--at <instant>', 'time of the assessment, such as 2026-11-24T10:00:00Z (default: now)');
  withExamples(judge, 'recert computers judge page.json --subject managementAttestation');
  act(judge, cli, judgeOptions, async ({ options, words: [file = ''] }) =>
    judgeRecords(file, options, cli.context),
  );
}
