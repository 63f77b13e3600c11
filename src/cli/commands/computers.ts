import type { Command } from 'commander';
import { z } from 'zod';
import { computerDetail, computerPage, listedState } from '../../api/schemas/computer.js';
import { act, type Cli, connect } from '../cli.js';
import type { Client } from '../client.js';
import type { Context } from '../context.js';
import { judgeOptions, judgeRecords } from '../computers/judge.js';
import { CliError, EXIT } from '../exit.js';
import { exactly, facts, macs, printJson, state, table, when } from '../print.js';

type Summary = z.output<typeof computerPage>['computers'][number];
type Detail = z.output<typeof computerDetail>;

const listOptions = z.object({
  serial: z.string().optional(),
  user: z.string().optional(),
  name: z.string().optional(),
  id: z.string().optional(),
  state: z.enum(listedState.options).optional(),
  profile: z.string().optional(),
  instance: z.string().optional(),
  sort: z.string().optional(),
  limit: z.coerce.number('is a number').int().min(1).max(10_000).default(50),
});
const showOptions = z.object({ instance: z.string().optional() });

/** Adds `recert computers` and `recert computers show`. */
export function addComputersCommand(program: Command, cli: Cli): void {
  const computers = program
    .command('computers')
    .helpCommand(false)
    .description('find Macs: by serial number, user, name or id, or all in a state')
    .argument('[text]', 'id, or beginning of the serial number, name, username, real name or email address')
    .option('--serial <serial>', 'exact serial number')
    .option('--user <user>', 'beginning of a word of the username, real name or email address')
    .option('--name <name>', 'beginning of a word of the name of the Mac')
    .option('--id <id>', 'id in Jamf Pro')
    .option('--state <state>', `only Macs that are ${listedState.options.join(', ')}`)
    .option('--profile <profile>', 'the watched profile, when there are several')
    .option('--instance <instance>', 'the Jamf Pro server, when there are several')
    .option('--sort <order>', 'the whole fleet by contact, expiry, serialNumber, name or user')
    .option('--limit <count>', 'most Macs to print', '50')
    .addHelpText(
      'after',
      '\nExamples:\n  recert computers jane\n  recert computers --state overdue --limit 500\n  recert computers show C02XK1ABJG5J',
    );
  act(computers, cli, listOptions, async ({ options, words: [text] }) => {
    const found = await findAll(connect(cli, options), { ...options, text });
    if (options.json) printJson(cli.context, found);
    else print(found, options.limit, cli.context);
    return EXIT.done;
  });

  const show = computers
    .command('show')
    .description('everything that is known of one Mac: its certificate, what is under way, why not now')
    .argument('<mac>', 'serial number, or id in Jamf Pro')
    .option('--instance <instance>', 'the Jamf Pro server, when there are several');
  act(show, cli, showOptions, async ({ options, words: [mac = ''] }) => {
    const client = connect(cli, options);
    const id = await resolveId(client, mac, options.instance);
    const detail = await client({
      path: `computers/${id}`,
      query: { instance: options.instance },
      answer: computerDetail,
    });
    if (options.json) printJson(cli.context, detail);
    else cli.context.out(detailScreen(detail, cli.context));
    return EXIT.done;
  });

  addJudgeCommand(computers, cli);
}

/** Adds `recert computers judge`. */
function addJudgeCommand(computers: Command, cli: Cli): void {
  const judge = computers
    .command('judge')
    .description(
      'say what Recert makes of records of computers in a file, without Jamf, Redis or the service',
    )
    .argument(
      '<file>',
      'inventory v3 or v4 (one, a list, a page) or Classic, JSON or XML; - for standard input',
    )
    .option('--identifier <identifier...>', 'identifiers of the profiles (blue and green)')
    .option('--subject <pattern>', 'regular expression for the subject, as in the configuration')
    .option('--window <window>', 'such as 30d or 25%')
    .option('--stale <duration>', 'older inventory says nothing, such as 14d')
    .option('--at <instant>', 'when, such as 2026-11-24T10:00:00Z; now when left out')
    .addHelpText('after', '\nExample:\n  recert computers judge page.json --subject managementAttestation');
  act(judge, cli, judgeOptions, async ({ options, words: [file = ''] }) =>
    judgeRecords(file, options, cli.context),
  );
}

async function findAll(
  client: Client,
  wanted: z.output<typeof listOptions> & { text: string | undefined },
): Promise<Summary[]> {
  const { serial, user, name, id, text, state: inState, sort, profile, instance, limit } = wanted;
  const found: Summary[] = [];
  let cursor: string | undefined;
  do {
    const page = await client({
      path: 'computers',
      query: {
        ...{
          serialNumber: serial,
          username: user,
          name,
          id,
          text,
          state: inState,
          sort,
          profile,
          instance,
          cursor,
        },
        limit: Math.min(500, limit - found.length),
      },
      answer: computerPage,
    });
    found.push(...page.computers);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined && found.length < limit);
  return found;
}

function print(found: readonly Summary[], limit: number, context: Context): void {
  const { colors } = context;
  if (found.length === 0) {
    context.err(
      'No Mac matches. A Mac that is new in Jamf Pro is known after its first inventory, or after `recert sweep`.',
    );
    return;
  }
  const now = context.now();
  const rows = found.flatMap((mac) =>
    (mac.states.length === 0 ? [null] : mac.states).map((one) => [
      mac.id,
      mac.serialNumber,
      mac.name,
      mac.username,
      one?.profile ?? '–',
      mac.retiredAt === null ? state(one?.state ?? '–', colors) : colors.dim('retired'),
      when(one?.expiresAt ?? null, now),
      when(mac.lastContactAt, now),
    ]),
  );
  context.out(table(['ID', 'SERIAL', 'NAME', 'USER', 'PROFILE', 'STATE', 'EXPIRES', 'SEEN'], rows, colors));
  context.err(colors.dim(`${macs(found.length)}${found.length >= limit ? '; --limit shows more' : ''}`));
}

/** Ids are digits; serial numbers of Macs are never only digits of that length. */
async function resolveId(client: Client, mac: string, instance: string | undefined): Promise<string> {
  if (/^\d{1,7}$/.test(mac)) return mac;
  const { computers } = await client({
    path: 'computers',
    query: { serialNumber: mac, instance },
    answer: computerPage,
  });
  const [found] = computers;
  if (!found)
    throw new CliError(
      EXIT.notFound,
      `No Mac with the serial number ${mac} is known. recert computers ${mac} searches more widely.`,
    );
  return found.id;
}

function detailScreen(mac: Detail, context: Context): string {
  const { colors } = context;
  const now = context.now();
  const both = (at: number | null) => (at === null ? 'never' : `${exactly(at)} (${when(at, now)})`);
  const head = facts(
    [
      ['serial number', mac.serialNumber],
      ['name', mac.name],
      ['user', [mac.username, mac.realName, mac.email].filter(Boolean).join(' · ')],
      [
        'Jamf Pro',
        `${mac.instance}, id ${mac.id}${mac.managed ? '' : ', not managed'}${mac.retiredAt === null ? '' : `, gone since ${exactly(mac.retiredAt)}`}`,
      ],
      ['seen', both(mac.lastContactAt)],
      ['inventory', both(mac.reportedAt)],
    ],
    colors,
  );
  const profiles = mac.assessments.map((one) => {
    const certificate = one.certificate;
    const possible = mac.redistribute.find(({ profile }) => profile === one.profile);
    const under = mac.open.find(({ profile }) => profile === one.profile);
    return facts(
      [
        ['profile', colors.bold(one.profile)],
        ['state', `${state(one.state, colors)}: ${one.sentence}`],
        [
          'certificate',
          certificate ? `${certificate.serialNumber}, expires ${both(certificate.expiresAt)}` : '–',
        ],
        [
          'under way',
          under
            ? `${under.id}, ${state(under.state, colors)} since ${when(under.since, now)}: ${under.plan}`
            : '–',
        ],
        ['if asked', possible?.sentence ?? '–'],
      ],
      colors,
    );
  });
  return [head, ...profiles].join('\n\n');
}
