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

/** Adds `recert sweep`. */
export function addSweepCommand(program: Command, cli: Cli): void {
  const sweep = program
    .command('sweep')
    .description('look now for what no webhook told')
    .addOption(
      choice(
        '--what <what>',
        'changed (Macs with new inventory), full (the whole fleet), open (redistributions without a job) or profiles (audit of all)',
        SWEEPS,
      ).default('changed'),
    )
    .option('--instance <instance>', 'one Jamf Pro server instead of all')
    .option('--wait', 'with --what full: wait until the whole fleet has been read, and show how far it is')
    .option('--within <duration>', 'longest time to wait', '1h');
  withExamples(sweep, 'recert sweep', 'recert sweep --what full --wait');
  act(sweep, cli, options, async ({ options: given }) => {
    const { context } = cli;
    const { what, wait, within, json } = given;
    if (wait && what !== 'full')
      throw new CliError(
        EXIT.usage,
        '--wait goes with --what full; recert profiles audit --all waits for the audit, the others take a moment.',
      );
    const client = connect(cli, given);
    const askedAt = wait ? (await client({ path: 'overview', answer: overview })).at : 0;
    const body = { what, instance: given.instance };
    const answer = await client({ method: 'POST', path: 'sweep', body, answer: sweepAnswer });
    if (wait) await untilSwept(client, { instances: answer.instances, askedAt, within }, context);
    if (json) printJson(context, answer);
    else
      context.out(
        `A sweep (${answer.what}) of ${answer.instances.join(', ')} is ${wait ? 'done' : 'on its way; recert status shows when it is done'}.`,
      );
    return EXIT.done;
  });
}

/** By the clock of the service: one that was under way already is as good, its end is what counts. */
function untilSwept(
  client: Client,
  { instances, askedAt, within }: { instances: readonly string[]; askedAt: number; within: number },
  context: Context,
): Promise<void> {
  const look = async () => {
    const seen = await client({ path: 'overview', answer: overview });
    const asked = seen.instances.filter(({ name }) => instances.includes(name));
    const open = asked.filter(({ fullSweep }) => (fullSweep?.finishedAt ?? 0) < askedAt);
    const readOf = (one: (typeof asked)[number]) => {
      if (!open.includes(one)) return one.computers.known;
      // One that has not begun shows the end of the one before.
      return one.fullSweep?.finishedAt === null ? one.fullSweep.computers : 0;
    };
    return {
      open: open.map(({ name }) => name),
      done: asked.reduce((sum, one) => sum + readOf(one), 0),
      total: asked.reduce((sum, { computers }) => sum + computers.known, 0),
    };
  };
  return waitFor(
    look,
    { title: 'Reading the fleet', within, hint: 'does Jamf Pro answer (recert doctor)?' },
    context,
  );
}
