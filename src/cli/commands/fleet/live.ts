import type { Command } from 'commander';
import { z } from 'zod';
import { liveChanges } from '../../../contract/resources/live.js';
import { act, type Cli } from '../../cli.js';
import { openStream, resolveConnection } from '../../http/client.js';
import type { Context } from '../../context.js';
import { EXIT } from '../../exit.js';
import { withExamples } from '../../options.js';
import { exactly, state } from '../../output/print.js';
import { serverSentEvents } from '../../http/server-sent-events.js';

const options = z.object({ for: z.string().optional() });

type Change = z.output<typeof liveChanges>['changes'][number];

/** Adds `recert live`, which prints the live updates that an open console page also receives. */
export function addLiveCommand(program: Command, cli: Cli): void {
  const command = program
    .command('live')
    .description('print changes as they happen, until Ctrl-C (with --json, one JSON document per line)')
    .option('--for <duration>', 'stop after this time, such as 30s');
  withExamples(
    command,
    'recert live',
    'recert live --for 5m --json | jq -c \'select(.topic == "redistribution")\'',
  );
  act(command, cli, options, async ({ options: given }) => {
    const { context } = cli;
    const connection = resolveConnection(given, context.environment);
    const stream = await openStream(connection, { path: 'live', query: { for: given.for } });
    for await (const { event, data } of serverSentEvents(stream)) {
      if (event === 'signed-out') {
        context.err('The token has expired or was revoked.');
        return EXIT.refused;
      }
      // The event `reload` tells an open console page to fetch its data again. It describes no change that could
      // be printed.
      if (event !== 'change') continue;
      for (const change of liveChanges.parse(JSON.parse(data)).changes)
        context.out(given.json ? JSON.stringify(change) : line(change, context));
    }
    return EXIT.done;
  });
}

function line({ topic, instance, ...change }: Change, { colors, now }: Context): string {
  const at = 'id' in change && change.id !== undefined ? ` ${change.id}` : '';
  const mac = change.computerId === undefined ? '' : ` Mac ${change.computerId}`;
  const is = change.state === undefined ? '' : ` ${state(change.state, colors)}`;
  return `${exactly(now())} ${instance ?? 'all'} ${topic}${at}${mac}${is}`;
}
