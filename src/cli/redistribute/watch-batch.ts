import type { z } from 'zod';
import { batchView } from '../../contract/resources/redistribution.js';
import type { Client } from '../http/client.js';
import type { Context } from '../context.js';
import { CliError, EXIT, type ExitCode } from '../exit.js';
import { printJson, state } from '../output/print.js';
import { startProgress } from '../output/progress.js';

type Batch = z.output<typeof batchView>;

const LOOK_EVERY_MS = 2_000;

/**
 * Follows a request for many until all that it opened has ended: a bar in a terminal, else a line when a count has changed. A service
 * that cannot be reached for a moment is waited for.
 */
export async function watchBatch(
  id: string,
  { client, context, withinMs, json }: { client: Client; context: Context; withinMs: number; json: boolean },
): Promise<ExitCode> {
  const until = context.now() + withinMs;
  const progress = startProgress('Proven', context);
  let told = '';
  for (;;) {
    const batch = await look(id, client, context);
    if (batch) {
      const said = countsOf(batch);
      if (context.changeLine) progress.show(batch.byState.verified ?? 0, batch.total, said);
      else if (said !== told) context.err(`${batch.byState.verified ?? 0} of ${batch.total} proven  ${said}`);
      told = said;
      if (isOver(batch)) {
        progress.end();
        if (json) printJson(context, batch);
        else context.out(endText(batch, context));
        return batch.byState.verified === batch.total ? EXIT.done : EXIT.failed;
      }
    }
    if (context.now() >= until) {
      progress.end();
      throw new CliError(
        EXIT.unfinished,
        `Not finished within the time given; it goes on. recert batches show ${id} says how far it is.`,
      );
    }
    await context.wait(Math.min(LOOK_EVERY_MS, Math.max(0, until - context.now())));
  }
}

/** `3 verifying, 1 blocked, 2 to be opened`. */
export function countsOf({ byState, left, refused }: Batch): string {
  return [
    ...Object.entries(byState).flatMap(([name, count]) =>
      name === 'verified' || count === 0 ? [] : [`${count} ${name}`],
    ),
    ...(left > 0 ? [`${left} to be opened`] : []),
    ...(refused > 0 ? [`${refused} refused`] : []),
  ].join(', ');
}

function isOver({ left, opened, ended, state: inState }: Batch): boolean {
  return inState !== 'opening' && inState !== 'cancelling' && left === 0 && ended >= opened;
}

function endText(batch: Batch, { colors }: Context): string {
  const ends = Object.entries(batch.byState).filter(([, count]) => count > 0);
  return [
    `${batch.total} taken on: ${ends.map(([name, count]) => `${count} ${state(name, colors)}`).join(', ')}`,
    ...batch.refusals.map(({ count, sentence }) => `${count} refused meanwhile; the first: ${sentence}`),
    ...(batch.byState.verified === batch.total ? [] : ['recert failures says why, and what to do.']),
  ].join('\n');
}

async function look(id: string, client: Client, context: Context): Promise<Batch | null> {
  try {
    return await client({ path: `batches/${id}`, answer: batchView });
  } catch (error) {
    if (!(error instanceof CliError) || error.exitCode !== EXIT.unreachable) throw error;
    context.err(`${error.message} Trying again.`);
    return null;
  }
}
