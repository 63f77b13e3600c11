import type { Command } from 'commander';
import { z } from 'zod';
import { sweepAnswer, SWEEPS } from '../../../contract/resources/control.js';
import { overview } from '../../../contract/resources/overview.js';
import { duration } from '../../../config/values/duration.js';
import { act, type Cli, connect } from '../../cli.js';
import type { Client } from '../../http/client.js';
import type { Context } from '../../context.js';
import { CliError, EXIT } from '../../exit.js';
import { choice, instance, withExamples } from '../../options.js';
import { printJson } from '../../output/print.js';
import { waitFor } from '../../http/wait-for.js';

const options = z.object({
  what: z.enum(SWEEPS),
  instance,
  wait: z.boolean().default(false),
  within: duration().prefault('1h'),
});

/** Adds `recert sweep`, which runs a sweep outside of its schedule. A sweep reads inventory from Jamf Pro. */
export function addSweepCommand(program: Command, cli: Cli): void {
  const sweep = program
    .command('sweep')
    .description('run a sweep now: read from Jamf Pro what no webhook has reported')
    .addOption(
      choice(
        '--what <what>',
        'changed (Macs with new inventory), full (the whole fleet), open (redistributions whose job is missing) or profiles (check of all profiles)',
        SWEEPS,
      ).default('changed'),
    )
    .option('--instance <instance>', 'only this Jamf Pro server')
    .option('--wait', 'with --what full: wait until the whole fleet has been read, and show progress')
    .option('--within <duration>', 'maximum time to wait', '1h');
  withExamples(sweep, 'recert sweep', 'recert sweep --what full --wait');
  act(sweep, cli, options, async ({ options: given }) => {
    const { context } = cli;
    const { what, wait, within, json } = given;
    if (wait && what !== 'full')
      throw new CliError(
        EXIT.usage,
        '--wait requires --what full. To wait for a profile check, run recert profiles audit --all; the other sweeps take only a moment.',
      );
    const client = connect(cli, given);
    const askedAt = wait ? (await client({ path: 'overview', answer: overview })).at : 0;
    const body = { what, instance: given.instance };
    const answer = await client({ method: 'POST', path: 'sweep', body, answer: sweepAnswer });
    if (wait) await untilSwept(client, { instances: answer.instances, askedAt, within }, context);
    if (json) printJson(context, answer);
    else
      context.out(
        `Sweep (${answer.what}) of ${answer.instances.join(', ')} ${wait ? 'completed' : 'requested. Run recert status to see when it completes'}.`,
      );
    return EXIT.done;
  });
}

/**
 * Waits until a full sweep finishes after `askedAt` (epoch milliseconds, clock of the service). A sweep that was
 * already running at that time counts as well.
 */
function untilSwept(
  client: Client,
  { instances, askedAt, within }: { instances: readonly string[]; askedAt: number; within: number },
  context: Context,
): Promise<void> {
  const readProgress = async () => {
    const state = await client({ path: 'overview', answer: overview });
    const requested = state.instances.filter(({ name }) => instances.includes(name));
    const open = requested.filter(({ fullSweep }) => (fullSweep?.finishedAt ?? 0) < askedAt);
    const readOf = (one: (typeof requested)[number]) => {
      if (!open.includes(one)) return one.computers.known;
      // The field `fullSweep` describes the previous sweep until the new one starts.
      return one.fullSweep?.finishedAt === null ? one.fullSweep.computers : 0;
    };
    return {
      open: open.map(({ name }) => name),
      done: requested.reduce((sum, one) => sum + readOf(one), 0),
      total: requested.reduce((sum, { computers }) => sum + computers.known, 0),
    };
  };
  return waitFor(
    readProgress,
    { title: 'Reading inventory', within, hint: 'Jamf Pro responds (recert doctor)' },
    context,
  );
}
