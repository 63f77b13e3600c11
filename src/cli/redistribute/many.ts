import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import type { redistributeRequest } from '../../contract/resources/redistribution.js';
import { MOST_OF_A_BATCH, redistributeAnswer } from '../../contract/resources/redistribution.js';
import type { Client } from '../http/client.js';
import type { Context } from '../context.js';
import { CliError, EXIT, type ExitCode } from '../exit.js';
import { macs, printJson } from '../output/print.js';
import { busy } from '../output/progress.js';
import { previewText } from './preview.js';
import { watchBatch } from './watch-batch.js';

/** What is asked for, but for how many it may be and whether it is meant. */
export type Wish = Omit<z.input<typeof redistributeRequest>, 'most' | 'dryRun'>;

/** How a request for many is made. */
export interface ManyOptions {
  wish: Wish;
  dryRun: boolean;
  /** The number of Macs, as somebody has read it off a dry run. */
  typedCount: string | undefined;
  wait: boolean;
  within: number;
  key: string | undefined;
  json: boolean;
}

/**
 * Redistributes to all that match, or to more than are opened at once. What it would do is always shown first; it is done when the
 * number of Macs is typed, and for no more Macs than that.
 */
export async function redistributeMany(
  options: ManyOptions,
  client: Client,
  context: Context,
): Promise<ExitCode> {
  const { wish, dryRun, json } = options;
  const ask = (more: { dryRun: boolean; most: number }, idempotencyKey?: string) =>
    client({
      method: 'POST',
      path: 'redistributions',
      body: { ...wish, ...more },
      ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
      answer: redistributeAnswer,
    });
  const shown = await busy('Looking', () => ask({ dryRun: true, most: MOST_OF_A_BATCH }), context);
  context.err(previewText(shown, context));
  const { accepted, refused } = shown;
  if (accepted === 0) {
    if (json) printJson(context, shown);
    return refused > 0 ? EXIT.refused : EXIT.done;
  }
  if (dryRun || !(await isMeant(accepted, options.typedCount, context))) {
    if (json) printJson(context, shown);
    context.err(`Nothing was changed. To do it: the same with --typed-count ${accepted}.`);
    return EXIT.pending;
  }
  const answer = await ask({ dryRun: false, most: accepted }, options.key ?? randomUUID());
  const { batch } = answer;
  if (batch === null) {
    if (json) printJson(context, answer);
    return EXIT.done;
  }
  context.err(
    `Request ${batch.id}: ${macs(batch.total)}. recert batches show ${batch.id} says how far it is, recert batches cancel ${batch.id} stops it.`,
  );
  if (options.wait) return watchBatch(batch.id, { client, context, withinMs: options.within, json });
  if (json) printJson(context, answer);
  return EXIT.done;
}

/** On a terminal the number is asked for, elsewhere it must be said: a push to a whole fleet by mistake must never happen. */
async function isMeant(accepted: number, typedCount: string | undefined, context: Context): Promise<boolean> {
  const typed = typedCount ?? (await context.ask(`Type ${accepted} to redistribute to ${macs(accepted)}: `));
  if (typed === null) return false;
  if (typed === String(accepted)) return true;
  throw new CliError(
    EXIT.refused,
    `It would be ${macs(accepted)}, and ${typed === '' ? 'nothing' : typed} was typed: nothing was changed.`,
  );
}
