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

/** A request to redistribute, without the maximum number of Macs and without the dry-run flag, which the command adds. */
export type Wish = Omit<z.input<typeof redistributeRequest>, 'most' | 'dryRun'>;

/** Options for a redistribution to all Macs that match a filter, or to a long list of Macs. */
export interface ManyOptions {
  wish: Wish;
  dryRun: boolean;
  /** Number of Macs from the preview, typed by the user as confirmation. */
  typedCount: string | undefined;
  wait: boolean;
  within: number;
  key: string | undefined;
  json: boolean;
}

/**
 * Redistributes to all Macs that match a filter, or to more Macs than one request opens at once. Always shows a
 * preview first. Continues only if the user confirms the number of Macs, and never redistributes to more Macs than
 * that.
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
  const preview = await busy(
    'Calculating the preview',
    () => ask({ dryRun: true, most: MOST_OF_A_BATCH }),
    context,
  );
  context.err(previewText(preview, context));
  const { accepted, refused } = preview;
  if (accepted === 0) {
    if (json) printJson(context, preview);
    return refused > 0 ? EXIT.refused : EXIT.done;
  }
  if (dryRun || !(await isConfirmed(accepted, options.typedCount, context))) {
    if (json) printJson(context, preview);
    context.err(`Nothing was changed. To redistribute, repeat the command with --typed-count ${accepted}.`);
    return EXIT.pending;
  }
  const answer = await ask({ dryRun: false, most: accepted }, options.key ?? randomUUID());
  const { batch } = answer;
  if (batch === null) {
    if (json) printJson(context, answer);
    return EXIT.done;
  }
  context.err(
    `Batch ${batch.id}: ${macs(batch.total)}. Run recert batches show ${batch.id} to follow it, recert batches cancel ${batch.id} to cancel it.`,
  );
  if (options.wait) return watchBatch(batch.id, { client, context, withinMs: options.within, json });
  if (json) printJson(context, answer);
  return EXIT.done;
}

/**
 * Requires the number of Macs as confirmation, from `--typed-count` or typed on a terminal. This prevents a
 * redistribution to a whole fleet by mistake.
 * @throws CliError if the number differs.
 */
async function isConfirmed(
  accepted: number,
  typedCount: string | undefined,
  context: Context,
): Promise<boolean> {
  const typed = typedCount ?? (await context.ask(`Type ${accepted} to redistribute to ${macs(accepted)}: `));
  if (typed === null) return false;
  if (typed === String(accepted)) return true;
  throw new CliError(
    EXIT.refused,
    `Expected ${accepted}, but ${typed === '' ? 'nothing' : typed} was typed. Nothing was changed.`,
  );
}
