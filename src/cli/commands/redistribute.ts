import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { z } from 'zod';
import { parseDuration } from '../../config/duration.js';
import { problemSchema } from '../../api/problem.js';
import { redistributeAnswer } from '../../api/schemas/redistribution.js';
import { act, type Cli, connect } from '../cli.js';
import type { Client } from '../client.js';
import type { Context } from '../context.js';
import { CliError, EXIT, type ExitCode } from '../exit.js';
import { withExamples } from '../options.js';
import { macs, printJson, state, table } from '../print.js';
import { watch } from '../watch.js';
import { redistributeWholeScope } from './whole-scope.js';

type Answer = z.output<typeof redistributeAnswer>;

const options = z.object({
  serial: z.array(z.string()).default([]),
  id: z.array(z.string()).default([]),
  reason: z.string(),
  profile: z.string().optional(),
  instance: z.string().optional(),
  dryRun: z.boolean().default(false),
  overrideHourlyCap: z.boolean().default(false),
  overrideCanary: z.boolean().default(false),
  wait: z.boolean().default(false),
  within: z
    .string()
    .default('1d')
    .transform((text, issue) => {
      try {
        return parseDuration(text);
      } catch {
        issue.addIssue({ code: 'custom', message: 'write a duration like 30m, 12h or 2d' });
        return z.NEVER;
      }
    }),
  key: z.string().optional(),
  wholeScope: z.string().optional(),
  typedName: z.string().optional(),
  typedCount: z.string().optional(),
});

/** Adds `recert redistribute`. */
export function addRedistributeCommand(program: Command, cli: Cli): void {
  const command = program
    .command('redistribute')
    .description('have a profile redistributed to some Macs, whether they are due or not')
    .option('--serial <serial...>', 'serial numbers of the Macs')
    .option('--id <id...>', 'ids of the Macs in Jamf Pro')
    .requiredOption('--reason <why>', 'why, at least 8 characters: it is kept')
    .option('--profile <profile>', 'the watched profile, when several are for the Mac')
    .option('--instance <instance>', 'the Jamf Pro server, when there are several')
    .option('--dry-run', 'say what would happen and change nothing')
    .option('--override-hourly-cap', 'go past the hourly cap on certificates; the reason should say why')
    .option('--override-canary', 'do not wait for the canary; the reason should say why')
    .option('--wait', 'wait until the new certificates are proven, and show the way there')
    .option('--within <duration>', 'longest time to wait', '1d')
    .option(
      '--key <key>',
      'idempotency key: the same command with the same key is done once (a new one each time)',
    )
    .option(
      '--whole-scope <id>',
      'send this profile of Jamf Pro to every Mac in its scope at once: shows what that means first; for an admin, once in 30 days',
    )
    .option('--typed-name <name>', 'with --whole-scope: the name of the profile, as it was shown')
    .option('--typed-count <number>', 'with --whole-scope: the number of Macs, as it was shown');
  withExamples(
    command,
    "recert redistribute --serial C02XK1ABJG5J --reason 'locked out after board swap, INC-4711' --wait",
    "recert redistribute --serial A B C --reason 'new boards' --dry-run",
  );
  act(command, cli, options, async ({ options: given }) => {
    const { context } = cli;
    const { wholeScope } = given;
    if (wholeScope !== undefined) {
      if (given.serial.length + given.id.length > 0)
        throw new CliError(EXIT.usage, 'Name either Macs or --whole-scope.');
      return redistributeWholeScope({ ...given, wholeScope }, connect(cli, given), context);
    }
    if (given.serial.length + given.id.length === 0)
      throw new CliError(EXIT.usage, 'Name at least one Mac with --serial or --id.');
    const client = connect(cli, given);
    const answer = await request(client, given);
    if (!given.json || given.wait) say(answer, given.json, context);
    const sent = answer.results.filter(({ outcome }) => outcome === 'accepted');
    const ids = sent.flatMap(({ redistributionId }) => redistributionId ?? []);
    const waited = given.wait && ids.length > 0;
    const ends = waited
      ? await watch(ids, { client, context, withinMs: given.within, json: given.json })
      : null;
    if (given.json) printJson(context, ends === null ? answer : { ...answer, redistributions: ends.records });
    return ends && answer.refused === 0 ? ends.exitCode : exitCodeOf(answer);
  });
}

function exitCodeOf({ dryRun, accepted, refused, results }: Answer): ExitCode {
  if (accepted === 0 && results.every(isUnknown)) return EXIT.notFound;
  if (refused > 0) return EXIT.refused;
  return dryRun ? EXIT.pending : EXIT.done;
}

function isUnknown({ reason }: Answer['results'][number]): boolean {
  return reason === 'unknown-computer';
}

/** A request that is refused for every Mac comes as a problem that carries the results: they are shown like any others. */
async function request(client: Client, given: z.output<typeof options>): Promise<Answer> {
  const { serial, id, reason, profile, instance, dryRun, overrideHourlyCap, overrideCanary, key } = given;
  const computers = [...id.map((one) => ({ id: one })), ...serial.map((serialNumber) => ({ serialNumber }))];
  try {
    return await client({
      method: 'POST',
      path: 'redistributions',
      body: { reason, computers, profile, instance, dryRun, overrideHourlyCap, overrideCanary },
      idempotencyKey: key ?? randomUUID(),
      answer: redistributeAnswer,
    });
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    const results = refusedResults(error) ?? [];
    if (results.length > 1)
      return {
        ...{ dryRun, accepted: 0, refused: results.length, results },
        ...{ complete: true, refusals: [], load: null, batch: null },
      };
    throw results.some(isUnknown) ? new CliError(EXIT.notFound, error.message, error.problem) : error;
  }
}

function refusedResults({ problem }: CliError): Answer['results'] | null {
  const parsed = problemSchema.safeParse(problem);
  const results = redistributeAnswer.shape.results.safeParse(parsed.data?.results);
  return results.success ? results.data : null;
}

function say(answer: Answer, json: boolean, context: Context): void {
  const { colors } = context;
  const print = json ? context.err : context.out;
  print(
    table(
      ['MAC', 'PROFILE', '', 'REDISTRIBUTION', ''],
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
