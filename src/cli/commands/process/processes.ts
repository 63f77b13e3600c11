import type { Command } from 'commander';
import { z } from 'zod';
import { act, type Cli } from '../../cli.js';
import { EXIT } from '../../exit.js';
import { withExamples } from '../../options.js';

/**
 * Adds `recert serve` and `recert work`, which run src/main.ts and workers/main.ts in this process. Signals
 * therefore reach the receiver and the worker directly, and a container image needs only one entry point. Both
 * modules are imported by path at run time, so the CLI does not depend on their code.
 */
export function addProcessCommands(program: Command, cli: Cli): void {
  const processes = [
    [
      'serve',
      'start a receiver, the HTTP server for webhooks, API and console (configuration: RECERT_CONFIG)',
      '../../../main.js',
    ],
    [
      'work',
      'start a worker, which renews certificates through Jamf Pro (configuration: RECERT_CONFIG)',
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
