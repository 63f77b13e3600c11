import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { problemSchema } from '../../contract/problem.js';
import { redistributeAnswer } from '../../contract/resources/redistribution.js';
import type { Client } from '../http/client.js';
import type { Context } from '../context.js';
import { CliError, EXIT, type ExitCode } from '../exit.js';
import { macs, printJson, state, table } from '../output/print.js';
import type { Wish } from './many.js';
import { watch } from './watch.js';

type Answer = z.output<typeof redistributeAnswer>;
/** The result for each Mac of a request. */
type Results = Pick<Answer, 'dryRun' | 'accepted' | 'refused' | 'results'>;

/** Options for a redistribution to Macs that the user listed. */
export interface SomeOptions {
  wish: Wish;
  dryRun: boolean;
  wait: boolean;
  within: number;
  key?: string | undefined;
  json: boolean;
}

/**
 * Redistributes to Macs that the user listed, at most as many as the API opens before it responds.
 * `redistributeMany` handles longer lists.
 */
export async function redistributeSome(
  options: SomeOptions,
  client: Client,
  context: Context,
): Promise<ExitCode> {
  const { wait, within, json } = options;
  const answer = await requestRedistribution(client, options);
  if (!json || wait) printResults(answer, json, context);
  const opened = answer.results.filter(({ outcome }) => outcome === 'accepted');
  const ids = opened.flatMap(({ redistributionId }) => redistributionId ?? []);
  const ends = wait && ids.length > 0 ? await watch(ids, { client, context, withinMs: within, json }) : null;
  if (json) printJson(context, ends === null ? answer : { ...answer, redistributions: ends.records });
  return ends && answer.refused === 0 ? ends.exitCode : exitCodeOf(answer);
}

function exitCodeOf({ dryRun, accepted, refused, results }: Results): ExitCode {
  if (accepted === 0 && results.every(isUnknown)) return EXIT.notFound;
  if (refused > 0) return EXIT.refused;
  return dryRun ? EXIT.pending : EXIT.done;
}

function isUnknown({ reason }: Answer['results'][number]): boolean {
  return reason === 'unknown-computer';
}

/**
 * Sends the request. If every Mac is refused, the API returns an error response that contains the results. This
 * function converts the error response to a normal response.
 */
export async function requestRedistribution(
  client: Client,
  { wish, dryRun, key }: Pick<SomeOptions, 'wish' | 'dryRun' | 'key'>,
): Promise<Results> {
  try {
    return await client({
      method: 'POST',
      path: 'redistributions',
      body: { ...wish, dryRun },
      idempotencyKey: key ?? randomUUID(),
      answer: redistributeAnswer,
    });
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    const results = refusedResults(error) ?? [];
    if (results.length > 1) return { dryRun, accepted: 0, refused: results.length, results };
    throw results.some(isUnknown) ? new CliError(EXIT.notFound, error.message, error.problem) : error;
  }
}

function refusedResults({ problem }: CliError): Answer['results'] | null {
  const parsed = problemSchema.safeParse(problem);
  const results = redistributeAnswer.shape.results.safeParse(parsed.data?.results);
  return results.success ? results.data : null;
}

function printResults(answer: Results, json: boolean, context: Context): void {
  const { colors } = context;
  const print = json ? context.err : context.out;
  print(
    table(
      ['MAC', 'PROFILE', 'RESULT', 'REDISTRIBUTION', 'DETAIL'],
      answer.results.map(({ computer, profile, outcome, sentence, redistributionId }) => [
        computer.serialNumber ?? computer.id ?? '?',
        profile ?? '–',
        state(outcome, colors),
        redistributionId ?? '–',
        sentence,
      ]),
      colors,
    ),
  );
  if (answer.dryRun)
    context.err(
      colors.dim(
        `Dry run: ${macs(answer.accepted)} would be redistributed, ${answer.refused} refused. Nothing was changed.`,
      ),
    );
}
