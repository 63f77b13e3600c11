import type { Command } from 'commander';
import { z } from 'zod';
import { eventDetail, eventPage } from '../../../contract/resources/webhook-events.js';
import { parseDuration } from '../../../config/values/duration.js';
import { act, type Cli, connect } from '../../cli.js';
import type { Client } from '../../http/client.js';
import type { Context } from '../../context.js';
import { csv, csvInstant } from '../../output/csv.js';
import { EXIT } from '../../exit.js';
import { choice, instance, wholeNumber, withExamples, withInstance } from '../../options.js';
import { limit, readPages } from '../../http/pages.js';
import { exactly, facts, printJson, table } from '../../output/print.js';
import { replayEvents } from '../../events/replay.js';

type Event = z.output<typeof eventPage>['events'][number];
type Detail = z.output<typeof eventDetail>;

/** What can become of an event, as docs/webhooks.md says; the API takes any word. */
const OUTCOMES = ['hint', 'touch', 'profile', 'hold', 'none', 'unresolved', 'duplicate'] as const;

const instant = (now: () => number) =>
  z.string().transform((text, issue) => {
    const at = readInstant(text, now());
    if (at !== null) return at;
    issue.addIssue({
      code: 'custom',
      message: 'write an instant like 2026-11-23T18:00Z, or how long ago, like 2h or 1d',
    });
    return z.NEVER;
  });

const filterOptions = (now: () => number) =>
  z.object({
    serial: z.string().optional(),
    id: z.string().optional(),
    event: z.string().optional(),
    outcome: z.string().optional(),
    since: instant(now).optional(),
    until: instant(now).optional(),
    instance,
  });
const listOptions = (now: () => number) =>
  filterOptions(now).extend({ limit, csv: z.boolean().default(false) });
const replayOptions = (now: () => number) =>
  filterOptions(now).extend({
    reason: z.string(),
    dryRun: z.boolean().default(false),
    yes: z.boolean().default(false),
    most: wholeNumber(1, 10_000).default(1_000),
    key: z.string().optional(),
  });

/** Which events `recert events list` and `recert events replay` mean. */
export type EventOptions = z.output<ReturnType<typeof filterOptions>>;

/** Adds `recert events list`, `show` and `replay`. */
export function addEventsCommand(program: Command, cli: Cli): void {
  const events = program
    .command('events')
    .description('what Jamf Pro told of late, and having it told again')
    .helpCommand(false);

  const list = withFilter(
    events.command('list', { isDefault: true }).description('newest first, without what was sent'),
  )
    .option('--limit <count>', 'most to print', '50')
    .option('--csv', 'print CSV for a spreadsheet');
  withExamples(list, 'recert events list --serial C02XK1ABJG5J --since 2d');
  act(list, cli, listOptions(cli.context.now), async ({ options }) => {
    const found = await findAll(connect(cli, options), options);
    if (options.json) printJson(cli.context, found);
    else cli.context.out(options.csv ? eventsCsv(found) : listScreen(found, cli.context));
    return EXIT.done;
  });

  const show = withInstance(
    events
      .command('show')
      .description('one with what was sent, secrets hidden')
      .argument('<event>', 'id of the event'),
  );
  withExamples(show, 'recert events show 1780529995879-0');
  act(show, cli, z.object({ instance: z.string().optional() }), async ({ options, words: [id = ''] }) => {
    const path = `events/${encodeURIComponent(id)}`;
    const { instance } = options;
    const detail = await connect(cli, options)({ path, query: { instance }, answer: eventDetail });
    if (options.json) printJson(cli.context, detail);
    else cli.context.out(detailScreen(detail, cli.context));
    return EXIT.done;
  });

  const replay = withFilter(
    events
      .command('replay')
      .description('admit one event again, or all that match: first counted, then asked')
      .argument('[event]', 'id of one event; else say which with the options'),
  )
    .requiredOption('--reason <why>', 'why, at least 8 characters: it is kept')
    .option('--dry-run', 'only say how many it would be; exit code 7 when there are some')
    .option('--yes', 'do not ask')
    .option('--most <count>', 'replay nothing when more than this match', '1000')
    .option('--key <key>', 'idempotency key for one event: the same command with the same key is done once');
  withExamples(
    replay,
    "recert events replay 1780529995879-0 --reason 'Mac was not known yet, INC-4711'",
    "recert events replay --outcome unresolved --since 1d --reason 'after the first sweep' --dry-run",
  );
  act(replay, cli, replayOptions(cli.context.now), ({ options, words: [id] }) =>
    replayEvents({ ...options, eventId: id }, connect(cli, options), cli.context),
  );
}

function withFilter(command: Command): Command {
  command
    .option('--serial <serial>', 'only of the Mac with this serial number')
    .option('--id <id>', 'only of the Mac with this id in Jamf Pro')
    .option('--event <event>', 'only this event, such as ComputerCheckIn')
    .addOption(choice('--outcome <outcome>', 'only what was done so', OUTCOMES))
    .option('--since <instant>', 'only from then on: 2026-11-23T18:00Z, or 2h for two hours ago')
    .option('--until <instant>', 'only up to then, written alike');
  return withInstance(command);
}

/** Epoch milliseconds of `2h` (ago), of an ISO date with or without time (UTC when it names no zone), `null` for anything else. */
function readInstant(text: string, now: number): number | null {
  try {
    return now - parseDuration(text);
  } catch {
    // Not a duration: perhaps an instant.
  }
  const iso = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?$/u.exec(text);
  if (!iso) return null;
  const at = Date.parse(iso[1] !== undefined && iso[4] === undefined ? `${text}Z` : text);
  return Number.isNaN(at) ? null : at;
}

function findAll(client: Client, options: z.output<ReturnType<typeof listOptions>>): Promise<Event[]> {
  const { serial, id, event, outcome, since, until, instance } = options;
  return readPages(
    client,
    {
      path: 'events',
      query: { serialNumber: serial, computer: id, event, outcome, since, until, instance },
      answer: eventPage,
    },
    { items: (page) => page.events, most: options.limit },
  );
}

function listScreen(found: readonly Event[], { colors }: Context): string {
  if (found.length === 0) return 'There is none.';
  return table(
    ['ID', 'ADMITTED', 'EVENT', 'MAC', 'WAS DONE', 'HAPPENED', 'REPLAY OF'],
    found.map(({ id, admittedAt, event, computerId, outcome, at, replayOf }) => [
      id,
      exactly(admittedAt),
      event,
      computerId ?? '–',
      outcome,
      exactly(at),
      replayOf ?? '',
    ]),
    colors,
  );
}

function eventsCsv(found: readonly Event[]): string {
  return csv(
    ['id', 'admitted', 'event', 'computerId', 'outcome', 'happened', 'replayOf'],
    found.map(({ id, admittedAt, event, computerId, outcome, at, replayOf }) => [
      id,
      csvInstant(admittedAt),
      event,
      computerId ?? '',
      outcome,
      csvInstant(at),
      replayOf ?? '',
    ]),
  );
}

function detailScreen(one: Detail, { colors }: Context): string {
  const head = facts(
    [
      ['event', `${one.event} (${one.id})`],
      ['admitted', exactly(one.admittedAt)],
      ['happened', exactly(one.at)],
      ['Mac', one.computerId === null ? '–' : `id ${one.computerId} in Jamf Pro`],
      ['webhook', one.webhookId === null ? '–' : `id ${one.webhookId} in Jamf Pro`],
      ['was done', one.outcome],
      ...(one.replayOf === null ? [] : [['replay of', one.replayOf] as const]),
    ],
    colors,
  );
  return `${head}\n\n${one.body === null ? (one.note ?? '') : readable(one.body)}`;
}

/** JSON on many lines, XML as it came; nothing in it may move a cursor. */
function readable(body: string): string {
  return indented(body).replace(/\p{Cc}/gu, (letter) => (/[\n\t]/u.test(letter) ? letter : '\uFFFD'));
}

function indented(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
