import type { z } from 'zod';
import { wholeScopeAnswer } from '../../contract/resources/whole-scope.js';
import { formatDuration } from '../../config/values/duration.js';
import type { Client } from '../http/client.js';
import type { Context } from '../context.js';
import { CliError, EXIT, type ExitCode } from '../exit.js';
import { macs, printJson } from '../output/print.js';

/** What is given beside the id of the profile. */
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
 * Redistributes a profile to its whole scope. What it would do is always shown first; without the name and the number typed it ends there.
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
  const shown = await ask({ dryRun: true });
  context.err(radius(shown, context));
  if (shown.refusal !== null) throw new CliError(EXIT.refused, shown.refusal);
  if (dryRun || typedName === undefined || typedCount === undefined) {
    if (json) printJson(context, shown);
    context.err(
      'Nothing was sent. To do it, add --typed-name <name of the profile> --typed-count <number of Macs>.',
    );
    return EXIT.pending;
  }
  if (!/^\d+$/.test(typedCount)) throw new CliError(EXIT.usage, '--typed-count: is no number');
  const done = await ask({ profileName: typedName, computers: Number(typedCount) });
  if (json) printJson(context, done);
  else context.out(`"${done.title}" (${done.id}) was sent to ${macs(done.computers)} of ${done.instance}.`);
  return EXIT.done;
}

function radius(answer: Answer, { colors }: Context): string {
  const { title, id, instance, computers, needing, unneeded, unknown, hourlyCap, atCapMs } = answer;
  return [
    colors.bold(`"${title}" (${id}) on ${instance} would be sent to every Mac in its scope, at once:`),
    `  ${macs(computers)} would each get a new certificate`,
    `  ${needing} of them need one (due, overdue or expired), of ${unknown} nothing is known`,
    `  ${unneeded} would get another certificate that they do not need`,
    `  by the hourly cap of ${hourlyCap} it would take ${formatDuration(atCapMs)}; Jamf does not pace it, the CA gets all of it as Macs come online`,
  ].join('\n');
}
