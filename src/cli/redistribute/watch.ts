import type { z } from 'zod';
import { redistributionDetail } from '../../contract/resources/redistribution.js';
import type { Client } from '../http/client.js';
import type { Context } from '../context.js';
import { CliError, EXIT, type ExitCode } from '../exit.js';
import { exactly, state, table, when } from '../output/print.js';
import { startProgress } from '../output/progress.js';

type Record = z.output<typeof redistributionDetail>;

/** How often the service is asked: often enough for a person who looks on, seldom enough for a hundred of them. */
const POLL_MS = 2_000;
/** More Macs than this are a bar and no table. */
const MOST_LINES = 15;

/** What became of redistributions that were watched. */
export interface Watched {
  records: readonly Record[];
  /** Done when all are proven; failed when one ended otherwise; unfinished when the time was over. */
  exitCode: ExitCode;
}

/**
 * Follows redistributions until each is proven or has ended otherwise; at the end the proof. A service that cannot be reached for a moment is waited for: the work goes on without us.
 */
export async function watch(
  ids: readonly string[],
  { client, context, withinMs, json }: { client: Client; context: Context; withinMs: number; json: boolean },
): Promise<Watched> {
  const until = context.now() + withinMs;
  const show =
    ids.length > MOST_LINES && context.changeLine ? bar(ids.length, context) : lines(context, json);
  for (;;) {
    const records = await look(ids, client, context);
    if (records) show(records);
    const left = records?.filter((record) => !isOver(record));
    if (records && left?.length === 0) {
      context.changeLine?.('');
      if (!json) context.out(proofTable(records, context));
      const proven = records.every(({ state: ended }) => ended === 'verified');
      return { records, exitCode: proven ? EXIT.done : EXIT.failed };
    }
    if (context.now() >= until) {
      context.changeLine?.('');
      context.err(`Not finished within the time given; it goes on. recert redistributions list shows how.`);
      return { records: records ?? [], exitCode: EXIT.unfinished };
    }
    await context.wait(Math.min(POLL_MS, Math.max(0, until - context.now())));
  }
}

async function look(
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
    context.err(`${error.message} Trying again.`);
    return null;
  }
}

function isOver(record: Record): boolean {
  return ['verified', 'needs-human', 'cancelled'].includes(record.state);
}

/** Many Macs would fill the screen: how many are proven, and in which states the others are. */
function bar(total: number, context: Context): (records: readonly Record[]) => void {
  const progress = startProgress('Proven', context);
  return (records) => {
    const counts = new Map<string, number>();
    for (const { state: is } of records) counts.set(is, (counts.get(is) ?? 0) + 1);
    const others = [...counts].filter(([is]) => is !== 'verified').map(([is, count]) => `${count} ${is}`);
    progress.show(counts.get('verified') ?? 0, total, others.join(', '));
  };
}

/** Shows what changed since it was last called: in a terminal a table that changes in place, else a line for each change. */
function lines(context: Context, json: boolean): (records: readonly Record[]) => void {
  let height = 0;
  const told = new Map<string, number>();
  const inPlace = context.terminal && !json;
  return (records) => {
    if (inPlace) {
      const text = progressTable(records, context);
      // Up to where the table began, and clear from there.
      context.out(`${height > 0 ? `\u001b[${height}A\u001b[J` : ''}${text}`);
      height = text.split('\n').length;
      return;
    }
    for (const record of records) {
      const from = told.get(record.id) ?? 0;
      told.set(record.id, record.history.length);
      for (const { at, to, why } of record.history.slice(from))
        context.err(`${exactly(at)} ${record.computer.serialNumber} ${to}: ${why}`);
    }
  };
}

function progressTable(records: readonly Record[], context: Context): string {
  const { colors } = context;
  const now = context.now();
  return table(
    ['MAC', 'USER', 'STATE', 'SINCE', ''],
    records.map((record) => [
      record.computer.serialNumber,
      record.computer.username,
      state(record.state, colors),
      when(record.since, now),
      record.blocked?.text ?? record.history.at(-1)?.why ?? '',
    ]),
    colors,
  );
}

/** The proof: old serial and expiry, new serial and later expiry. */
function proofTable(records: readonly Record[], { colors }: Context): string {
  return table(
    ['MAC', 'STATE', 'BEFORE', 'EXPIRED', 'NOW', 'EXPIRES'],
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
