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
import { actionLabel, exactly, facts, printJson, table } from '../../output/print.js';
import { replayEvents } from '../../events/replay.js';

type Event = z.output<typeof eventPage>['events'][number];
type Detail = z.output<typeof eventDetail>;

/**
 * Values of the option `--outcome`: the effects of a webhook on Recert (see docs/webhooks.md). The command checks
 * the value, because the API accepts any text.
 */
const OUTCOMES = ['hint', 'touch', 'profile', 'hold', 'none', 'unresolved', 'duplicate'] as const;

const instant = (now: () => number) =>
  z.string().transform((text, issue) => {
    const at = parseTime(text, now());
    if (at !== null) return at;
    issue.addIssue({
      code: 'custom',
      message: 'must be a time such as 2026-11-23T18:00Z, or an age such as 2h or 1d',
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

/** Options that select events. `recert events list` and `recert events replay` share them. */
export type EventOptions = z.output<ReturnType<typeof filterOptions>>;

/** Adds `recert events` with the subcommands `list`, `show` and `replay`, for the webhooks that Recert received. */
export function addEventsCommand(program: Command, cli: Cli): void {
  const events = program
    .command('events')
    .description('list recent webhooks from Jamf Pro, or replay them')
    .helpCommand(false);

  const list = withFilter(
    events.command('list', { isDefault: true }).description('list events without their body, newest first'),
  )
    .option('--limit <count>', 'maximum number of events', '50')
    .option('--csv', 'print the events as CSV');
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
      .description('show one event with its body, secrets hidden')
      .argument('<event>', 'ID of the event'),
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
      .description(
        'replay one event, or all that match; the command first counts the events and asks for confirmation',
      )
      .argument('[event]', 'ID of one event; without an ID, select events with the options'),
  )
    .requiredOption('--reason <why>', 'reason for the audit log, at least 8 characters')
    .option('--dry-run', 'only count the matching events; exit code 7 if there are any')
    .option('--yes', 'do not ask for confirmation')
    .option('--most <count>', 'maximum number of events; if more events match, nothing is replayed', '1000')
    .option(
      '--key <key>',
      'idempotency key for one event: if you repeat the command with the same key, the event is not replayed again',
    );
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
    .option('--serial <serial>', 'only events of the Mac with this serial number')
    .option('--id <id>', 'only events of the Mac with this ID in Jamf Pro')
    .option('--event <event>', 'only events of this type, such as ComputerCheckIn')
    .addOption(choice('--outcome <outcome>', 'only events with this effect', OUTCOMES))
    .option(
      '--since <instant>',
      'only events at or after this time: 2026-11-23T18:00Z, or 2h for two hours ago',
    )
    .option('--until <instant>', 'only events at or before this time, in the same format as --since');
  return withInstance(command);
}

/**
 * Parses a time: a duration before `now`, such as `2h`, or an ISO 8601 date or time (in UTC unless it has a time
 * zone). Returns epoch milliseconds, or `null` for any other text.
 */
function parseTime(text: string, now: number): number | null {
  try {
    return now - parseDuration(text);
  } catch {
    // The text is not a duration. It is parsed as an ISO 8601 time below.
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
  if (found.length === 0) return 'No events found.';
  return table(
    ['ID', 'RECEIVED', 'EVENT', 'MAC', 'ACTION', 'EVENT TIME', 'REPLAY OF'],
    found.map(({ id, admittedAt, event, computerId, outcome, at, replayOf }) => [
      id,
      exactly(admittedAt),
      event,
      computerId ?? '–',
      actionLabel(outcome),
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
      ['received', exactly(one.admittedAt)],
      ['event time', exactly(one.at)],
      ['Mac', one.computerId === null ? '–' : `ID ${one.computerId} in Jamf Pro`],
      ['webhook', one.webhookId === null ? '–' : `ID ${one.webhookId} in Jamf Pro`],
      ['action', actionLabel(one.outcome)],
      ...(one.replayOf === null ? [] : [['replay of', one.replayOf] as const]),
    ],
    colors,
  );
  return `${head}\n\n${one.body === null ? (one.note ?? '') : printable(one.body)}`;
}

/**
 * Formats the body of an event for a terminal. JSON is indented. Control characters are replaced, because they
 * could move the cursor.
 */
function printable(body: string): string {
  return indented(body).replace(/\p{Cc}/gu, (letter) => (/[\n\t]/u.test(letter) ? letter : '\uFFFD'));
}

function indented(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
