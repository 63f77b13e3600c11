import type { z } from 'zod';
import { wholeScopeAnswer } from '../../contract/resources/whole-scope.js';
import { formatDuration } from '../../config/values/duration.js';
import type { Client } from '../http/client.js';
import type { Context } from '../context.js';
import { CliError, EXIT, type ExitCode } from '../exit.js';
import { macs, printJson } from '../output/print.js';

/** Options for a redistribution to the whole scope. `wholeScope` is the ID of the profile in Jamf Pro. */
export interface WholeScopeOptions {
  wholeScope: string;
  reason: string;
  instance?: string | undefined;
  dryRun: boolean;
  typedName?: string | undefined;
  typedCount?: string | undefined;
  json: boolean;
}

type Answer = z.output<typeof wholeScopeAnswer>;

/**
 * Redistributes a profile to every Mac in its scope. Always shows the impact first, and stops there unless the
 * user confirms the name of the profile and the number of Macs.
 */
export async function redistributeWholeScope(
  options: WholeScopeOptions,
  client: Client,
  context: Context,
): Promise<ExitCode> {
  const { wholeScope: id, reason, instance, dryRun, typedName, typedCount, json } = options;
  const ask = (body: object) =>
    client({
      method: 'POST',
      path: `profiles/${encodeURIComponent(id)}/whole-scope`,
      query: { instance },
      body: { reason, ...body },
      answer: wholeScopeAnswer,
    });
  const preview = await ask({ dryRun: true });
  context.err(impactText(preview, context));
  if (preview.refusal !== null) throw new CliError(EXIT.refused, preview.refusal);
  if (dryRun || typedName === undefined || typedCount === undefined) {
    if (json) printJson(context, preview);
    context.err(
      'Nothing was sent. To redistribute, repeat the command with --typed-name <name of the profile> --typed-count <number of Macs>.',
    );
    return EXIT.pending;
  }
  if (!/^\d+$/.test(typedCount)) throw new CliError(EXIT.usage, '--typed-count: must be a number');
  const done = await ask({ profileName: typedName, computers: Number(typedCount) });
  if (json) printJson(context, done);
  else
    context.out(`Redistributed "${done.title}" (${done.id}) to ${macs(done.computers)} on ${done.instance}.`);
  return EXIT.done;
}

function impactText(answer: Answer, { colors }: Context): string {
  const { title, id, instance, computers, needing, unneeded, unknown, hourlyCap, atCapMs } = answer;
  return [
    colors.bold(
      `"${title}" (${id}) on ${instance} would be redistributed to every Mac in its scope at once:`,
    ),
    `  ${macs(computers)} would get a new certificate`,
    `  ${needing} of these Macs need a new certificate (due, overdue or expired); ${unknown} have an unknown status`,
    `  ${unneeded} would get a certificate that they do not need`,
    `  with the rate limit of ${hourlyCap} per hour, this would take ${formatDuration(atCapMs)}; Jamf Pro applies no rate limit, so the CA receives the requests as the Macs come online`,
  ].join('\n');
}
