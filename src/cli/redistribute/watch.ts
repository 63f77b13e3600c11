import type { z } from 'zod';
import { redistributionDetail } from '../../contract/resources/redistribution.js';
import { whyInState } from '../../domain/redistribution/failure.js';
import type { Client } from '../http/client.js';
import type { Context } from '../context.js';
import { CliError, EXIT, type ExitCode } from '../exit.js';
import { exactly, state, stateLabel, table, when } from '../output/print.js';
import { startProgress } from '../output/progress.js';

/** A redistribution as the API returns it. */
export type Record = z.output<typeof redistributionDetail>;

/**
 * Interval between two polls, milliseconds. A shorter interval would load the service when many users wait at the
 * same time.
 */
const POLL_MS = 2_000;
/** Up to this number of Macs, the command shows a table; for more Macs, a progress bar. */
const MAX_ROWS = 15;

/** The redistributions after they were watched. */
export interface Watched {
  records: readonly Record[];
  /** `done` if all are verified, `failed` if one ended in another way, `unfinished` on timeout. */
  exitCode: ExitCode;
}

/** Options of `watch`. */
export interface WatchOptions {
  client: Client;
  context: Context;
  /** Maximum time to wait, in milliseconds. */
  withinMs: number;
  json: boolean;
  /** Whether the command stops waiting for a redistribution. Default: it is verified, canceled, or needs attention. */
  ended?: (record: Record) => boolean;
}

/**
 * Follows redistributions until each has ended, then prints the old and the new certificates. Keeps polling while
 * the service is unreachable, because the workers continue.
 */
export async function watch(
  ids: readonly string[],
  { client, context, withinMs, json, ended = hasEnded }: WatchOptions,
): Promise<Watched> {
  const until = context.now() + withinMs;
  const show = ids.length > MAX_ROWS && context.changeLine ? bar(ids.length, context) : lines(context, json);
  for (;;) {
    const records = await readAll(ids, client, context);
    if (records) show(records);
    const left = records?.filter((record) => !ended(record));
    if (records && left?.length === 0) {
      context.changeLine?.('');
      if (!json) context.out(evidenceTable(records, context));
      const verified = records.every((record) => resultOf(record) === 'verified');
      return { records, exitCode: verified ? EXIT.done : EXIT.failed };
    }
    if (context.now() >= until) {
      context.changeLine?.('');
      context.err(
        `Timed out waiting; the redistributions continue. Run recert redistributions list to see their progress.`,
      );
      return { records: records ?? [], exitCode: EXIT.unfinished };
    }
    await context.wait(Math.min(POLL_MS, Math.max(0, until - context.now())));
  }
}

async function readAll(
  ids: readonly string[],
  client: Client,
  context: Context,
): Promise<readonly Record[] | null> {
  try {
    return await Promise.all(
      ids.map((id) => client({ path: `redistributions/${id}`, answer: redistributionDetail })),
    );
  } catch (error) {
    if (!(error instanceof CliError) || error.exitCode !== EXIT.unreachable) throw error;
    context.err(`${error.message} Retrying.`);
    return null;
  }
}

/** The final result of a redistribution; `null` while it has none. */
export function resultOf({ state }: Record): 'verified' | 'needs-human' | 'cancelled' | null {
  return state === 'verified' || state === 'needs-human' || state === 'cancelled' ? state : null;
}

function hasEnded(record: Record): boolean {
  return resultOf(record) !== null;
}

/** Shows a progress bar with the number of verified Macs and the counts of the other states. */
function bar(total: number, context: Context): (records: readonly Record[]) => void {
  const progress = startProgress('Verified', context);
  return (records) => {
    const counts = new Map<string, number>();
    for (const { state: is } of records) counts.set(is, (counts.get(is) ?? 0) + 1);
    const others = [...counts]
      .filter(([is]) => is !== 'verified')
      .map(([is, count]) => `${count} ${stateLabel(is).toLowerCase()}`);
    progress.show(counts.get('verified') ?? 0, total, others.join(', '));
  };
}

/**
 * Shows the state of each Mac. On a terminal, shows a table that updates in place. Otherwise prints one line per
 * change of state.
 */
function lines(context: Context, json: boolean): (records: readonly Record[]) => void {
  let height = 0;
  const printed = new Map<string, number>();
  const inPlace = context.terminal && !json;
  return (records) => {
    if (inPlace) {
      const text = progressTable(records, context);
      // The escape sequence moves the cursor to the start of the table and clears the screen from there.
      context.out(`${height > 0 ? `\u001b[${height}A\u001b[J` : ''}${text}`);
      height = text.split('\n').length;
      return;
    }
    for (const record of records) {
      const from = printed.get(record.id) ?? 0;
      printed.set(record.id, record.history.length);
      for (const { at, to, why } of record.history.slice(from))
        context.err(`${exactly(at)} ${record.computer.serialNumber} ${stateLabel(to)}: ${why}`);
    }
  };
}

function progressTable(records: readonly Record[], context: Context): string {
  const { colors } = context;
  const now = context.now();
  return table(
    ['MAC', 'USER', 'STATE', 'SINCE', 'DETAIL'],
    records.map((record) => [
      record.computer.serialNumber,
      record.computer.username,
      state(record.state, colors),
      when(record.since, now),
      record.blocked?.text ?? whyInState(record),
    ]),
    colors,
  );
}

/** Formats the evidence: serial number and expiry of the old certificate and of the new certificate. */
function evidenceTable(records: readonly Record[], { colors }: Context): string {
  return table(
    ['MAC', 'STATE', 'OLD SERIAL', 'OLD EXPIRY', 'NEW SERIAL', 'NEW EXPIRY'],
    records.map(({ computer, state: ended, before, proof }) => [
      computer.serialNumber,
      state(ended, colors),
      before.serialNumber || '–',
      exactly(before.expiresAt),
      proof?.serialNumber ?? '–',
      exactly(proof?.expiresAt ?? null),
    ]),
    colors,
  );
}
