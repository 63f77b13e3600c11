import type { Command } from 'commander';
import { act, type Cli } from '../cli.js';
import { CliError, EXIT } from '../exit.js';
import { withExamples } from '../options.js';
import { demoOptionsSchema, dueFits } from './options.js';
import { runDemo } from './run.js';

/** Adds `recert demo`. It needs `REDIS_URL` (`npm run demo` starts a private one) and a build with the simulator. */
export function addDemoCommand(program: Command, cli: Cli): void {
  const command = program
    .command('demo')
    .description(
      'the whole product against a pretend Jamf Pro with a fleet; npm run demo sets up what it needs',
    )
    .option('--folder <folder>', 'where settings and logs go', '.recert/demo')
    .option('--computers <count>', 'Macs in the fleet', '150')
    .option('--due <count>', 'how many of them have a certificate near its end', '24')
    .option('--seed <seed>', 'the same seed makes the same fleet', '1')
    .option('--port <port>', 'port of the console, if it is free', '8080')
    .option('--receivers <count>', 'receiver processes', '1')
    .option('--workers <count>', 'worker processes', '1')
    .option('--lose-webhooks <share>', 'share of the webhooks that never arrive, such as 0.5', '0')
    .option('--observe', 'mode observe: shows what would be done and writes nothing to Jamf')
    .option('--kill-worker', 'kills a worker in the middle (SIGKILL) and starts another')
    .option('--exit-when-done', 'ends when every due Mac is proven renewed; the exit code says whether')
    .option('--within <seconds>', 'longest time for that', '240');
  withExamples(
    command,
    'npm run demo',
    'npm run demo -- --computers 2000 --due 50 --lose-webhooks 0.5 --exit-when-done',
  );
  act(command, cli, demoOptionsSchema, async ({ options }) => {
    const unfit = dueFits(options);
    if (unfit) throw new CliError(EXIT.usage, unfit);
    if (!cli.context.environment.REDIS_URL)
      throw new CliError(EXIT.usage, 'REDIS_URL is not set: use npm run demo, which starts a private Redis.');
    const stop = new AbortController();
    const onSignal = () => stop.abort();
    process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
    return runDemo(options, cli.context, stop.signal);
  });
}
