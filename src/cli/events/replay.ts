import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { replayAllAnswer, replayAnswer } from '../../contract/resources/webhook-events.js';
import type { Client } from '../http/client.js';
import type { EventOptions } from '../commands/fleet/events.js';
import type { Context } from '../context.js';
import { CliError, EXIT, type ExitCode } from '../exit.js';
import { actionLabel, exactly, macs, printJson } from '../output/print.js';
import { busy } from '../output/progress.js';

export interface ReplayOptions extends EventOptions {
  /** ID of a single event; `undefined` selects all events that match the filter. */
  eventId: string | undefined;
  reason: string;
  dryRun: boolean;
  yes: boolean;
  most: number;
  key?: string | undefined;
  json: boolean;
}

type Answer = z.output<typeof replayAllAnswer>;

/** Replays one event; or counts the matching events, asks for confirmation, and replays exactly the counted events. */
export function replayEvents(options: ReplayOptions, client: Client, context: Context): Promise<ExitCode> {
  const { eventId, serial, id, event, outcome, since, until } = options;
  const filtered = [serial, id, event, outcome, since, until].some((one) => one !== undefined);
  if ((eventId !== undefined) === filtered)
    throw new CliError(
      EXIT.usage,
      'Select one event by its ID, or all that match --serial, --id, --event, --outcome, --since or --until.',
    );
  if (eventId === undefined && options.key !== undefined)
    throw new CliError(
      EXIT.usage,
      '--key requires an event ID. With a filter, a key has no use: the set of matching events changes, and replaying an event twice is harmless.',
    );
  return eventId === undefined
    ? replayAll(options, client, context)
    : replayOne(eventId, options, client, context);
}

async function replayOne(
  eventId: string,
  { dryRun, reason, instance, key, json }: ReplayOptions,
  client: Client,
  context: Context,
): Promise<ExitCode> {
  if (dryRun)
    throw new CliError(
      EXIT.usage,
      `--dry-run cannot be used with an event ID. Run recert events show ${eventId} to view the event.`,
    );
  const answer = await client({
    method: 'POST',
    path: `events/${encodeURIComponent(eventId)}/replay`,
    body: { reason, instance },
    idempotencyKey: key ?? randomUUID(),
    answer: replayAnswer,
  });
  if (json) printJson(context, answer);
  else
    context.out(
      `${answer.event} replayed: ${actionLabel(answer.effect).toLowerCase()}, ${macs(answer.computers)}.`,
    );
  return EXIT.done;
}

async function replayAll(options: ReplayOptions, client: Client, context: Context): Promise<ExitCode> {
  const { serial, id, event, outcome, since, until, instance, reason, most, json } = options;
  const ask = (more: { dryRun: boolean; until: number | undefined; most: number }) =>
    client({
      method: 'POST',
      path: 'events/replay',
      body: { reason, instance, serialNumber: serial, computer: id, event, outcome, since, ...more },
      ...(more.dryRun ? {} : { idempotencyKey: randomUUID() }),
      answer: replayAllAnswer,
    });
  const plan = await busy('Counting', () => ask({ dryRun: true, until, most }), context);
  if (!json || !options.dryRun) context.err(planText(plan));
  if (plan.replayable === 0 || options.dryRun) {
    if (json) printJson(context, plan);
    return plan.replayable === 0 ? EXIT.done : EXIT.pending;
  }
  if (plan.replayable > most)
    throw new CliError(
      EXIT.refused,
      `More than ${most} events match, so nothing was replayed. Narrow the filter, or raise --most.`,
    );
  if (!options.yes && !(await context.confirm(`Replay ${plan.replayable}?`))) {
    context.err('Nothing was replayed. Use --yes to skip the confirmation.');
    return EXIT.failed;
  }
  const replay = () => ask({ dryRun: false, until: plan.until, most: plan.replayable });
  const answer = await busy(`Replaying ${plan.replayable}`, replay, context);
  if (json) printJson(context, answer);
  else context.out(done(answer));
  return answer.notUnderstood === 0 ? EXIT.done : EXIT.failed;
}

function planText({ replayable, notKept, computers, until }: Answer): string {
  const left =
    notKept === 0
      ? ''
      : ` ${notKept} more events match, but cannot be replayed because they are larger than 64 KB.`;
  return `${replayable} events until ${exactly(until)} can be replayed; they affect ${macs(computers)}.${left}`;
}

function done({ replayed, effects, notUnderstood }: Answer): string {
  const counts = Object.entries(effects).map(
    ([effect, count]) => `${count} ${actionLabel(effect).toLowerCase()}`,
  );
  const unsupported =
    notUnderstood === 0 ? '' : ` ${notUnderstood} had no effect, because this version does not support them.`;
  return `${replayed} replayed: ${counts.join(', ') || 'none'}.${unsupported}`;
}
