import type { Command } from 'commander';
import { z } from 'zod';
import { act, type Cli } from '../../cli.js';
import { EXIT } from '../../exit.js';
import { withExamples } from '../../options.js';

/**
 * Adds `recert serve` and `recert work`: the programs src/main.ts and workers/main.ts, in this very process, so that signals reach them
 * and an image needs one entry point. They are run by their path, as node would: the command line knows nothing of what is in them.
 */
export function addProcessCommands(program: Command, cli: Cli): void {
  const processes = [
    [
      'serve',
      'start a receiver: webhooks, API, console (RECERT_CONFIG names the configuration)',
      '../../../main.js',
    ],
    [
      'work',
      'start a worker: talks to Jamf Pro (RECERT_CONFIG names the configuration)',
      '../../../../workers/main.js',
    ],
  ] as const;
  for (const [name, description, path] of processes) {
    const command = program.command(name).description(description);
    withExamples(command, `RECERT_CONFIG=recert.yaml recert ${name}`);
    act(command, cli, z.object({}), async () => {
      await import(new URL(path, import.meta.url).href);
      return EXIT.done;
    });
  }
}
