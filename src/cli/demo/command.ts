import type { Command } from 'commander';
import { act, type Cli } from '../cli.js';
import { CliError, EXIT } from '../exit.js';
import { withExamples } from '../options.js';
import { demoOptionsSchema, dueFits } from './options.js';

/** Adds `recert demo`. Requires `REDIS_URL` (`npm run demo` starts a private Redis) and a build with the simulator. */
export function addDemoCommand(program: Command, cli: Cli): void {
  const command = program
    .command('demo')
    .description(
      'run the whole product against a simulated Jamf Pro with a fleet; npm run demo also sets up Redis and the build',
    )
    .option('--folder <folder>', 'folder for configuration and logs', '.recert/demo')
    .option('--computers <count>', 'number of Macs in the fleet', '150')
    .option('--due <count>', 'number of Macs whose certificate is due for renewal', '24')
    .option('--seed <seed>', 'seed of the random fleet', '1')
    .option('--port <port>', 'port of the console; if the port is taken, another free port', '8080')
    .option('--receivers <count>', 'number of receiver processes', '1')
    .option('--workers <count>', 'number of worker processes', '1')
    .option('--lose-webhooks <share>', 'share of webhooks that are lost, such as 0.5', '0')
    .option('--observe', 'use observe mode: show what would be done, and change nothing in Jamf Pro')
    .option('--kill-worker', 'kill a worker during the run (SIGKILL), and start another')
    .option(
      '--exit-when-done',
      'exit when the renewals of all due Macs are verified; exit code 1 if a renewal is not verified',
    )
    .option('--within <seconds>', 'maximum time until all due Macs are verified', '240');
  withExamples(
    command,
    'npm run demo',
    'npm run demo -- --computers 2000 --due 50 --lose-webhooks 0.5 --exit-when-done',
  );
  act(command, cli, demoOptionsSchema, async ({ options }) => {
    const dueError = dueFits(options);
    if (dueError) throw new CliError(EXIT.usage, dueError);
    if (!cli.context.environment.REDIS_URL)
      throw new CliError(EXIT.usage, 'REDIS_URL is not set. Use npm run demo, which starts a private Redis.');
    const stop = new AbortController();
    const onSignal = () => stop.abort();
    process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
    // Imported only here, so that other commands do not load the processes and the simulator.
    const { runDemo } = await import('./run.js');
    return runDemo(options, cli.context, stop.signal);
  });
}
