import type { z } from 'zod';
import { batchView } from '../../contract/resources/redistribution.js';
import type { Client } from '../http/client.js';
import type { Context } from '../context.js';
import { CliError, EXIT, type ExitCode } from '../exit.js';
import { printJson, state, stateLabel } from '../output/print.js';
import { startProgress } from '../output/progress.js';

type Batch = z.output<typeof batchView>;

const POLL_MS = 2_000;

/**
 * Follows a batch until all its redistributions have ended. On a terminal, shows a progress bar; otherwise prints
 * a line for each change. Keeps polling while the service is unreachable.
 */
export async function watchBatch(
  id: string,
  { client, context, withinMs, json }: { client: Client; context: Context; withinMs: number; json: boolean },
): Promise<ExitCode> {
  const until = context.now() + withinMs;
  const progress = startProgress('Verified', context);
  let lastCounts = '';
  for (;;) {
    const batch = await readBatch(id, client, context);
    if (batch) {
      const counts = countsOf(batch);
      if (context.changeLine) progress.show(batch.byState.verified ?? 0, batch.total, counts);
      else if (counts !== lastCounts)
        context.err(`${batch.byState.verified ?? 0} of ${batch.total} verified  ${counts}`);
      lastCounts = counts;
      if (hasEnded(batch)) {
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
        `Timed out waiting; the batch continues. Run recert batches show ${id} to see its progress.`,
      );
    }
    await context.wait(Math.min(POLL_MS, Math.max(0, until - context.now())));
  }
}

/**
 * Formats how many redistributions of a batch are in each state, without the verified ones, for example `3
 * verifying, 1 blocked, 2 not opened yet`.
 */
export function countsOf({ byState, left, refused }: Batch): string {
  return [
    ...Object.entries(byState).flatMap(([name, count]) =>
      name === 'verified' || count === 0 ? [] : [`${count} ${stateLabel(name).toLowerCase()}`],
    ),
    ...(left > 0 ? [`${left} not opened yet`] : []),
    ...(refused > 0 ? [`${refused} refused`] : []),
  ].join(', ');
}

function hasEnded({ left, opened, ended, state: inState }: Batch): boolean {
  return inState !== 'opening' && inState !== 'cancelling' && left === 0 && ended >= opened;
}

function endText(batch: Batch, { colors }: Context): string {
  const ends = Object.entries(batch.byState).filter(([, count]) => count > 0);
  return [
    `${batch.total} accepted: ${ends.map(([name, count]) => `${count} ${state(name, colors)}`).join(', ')}`,
    ...batch.refusals.map(({ count, sentence }) => `${count} refused, for example: ${sentence}`),
    ...(batch.byState.verified === batch.total
      ? []
      : ['Run recert failures to see the causes and what to do.']),
  ].join('\n');
}

async function readBatch(id: string, client: Client, context: Context): Promise<Batch | null> {
  try {
    return await client({ path: `batches/${id}`, answer: batchView });
  } catch (error) {
    if (!(error instanceof CliError) || error.exitCode !== EXIT.unreachable) throw error;
    context.err(`${error.message} Retrying.`);
    return null;
  }
}
