import { readFile } from 'node:fs/promises';
import { Command, InvalidArgumentError } from 'commander';
import { parse } from 'yaml';
import { z } from 'zod';
import { serverOptionsSchema, startSimulator, type ServerOptionsInput } from './index.js';

interface Flags {
  port?: number;
  host?: string;
  computers?: number;
  seed?: string;
  squeeze?: number;
  config?: string;
}

const number = (text: string): number => {
  const value = Number(text);
  if (text.trim() === '' || Number.isNaN(value)) throw new InvalidArgumentError('It must be a number.');
  return value;
};

const program = new Command('simulator')
  .description(
    'A simulated Jamf Pro server with a fleet of Macs, push notifications, a CA and fault switches.',
  )
  .option('--port <port>', 'port to listen on (default: any free port)', number)
  .option('--host <address>', 'address to listen on (default: 127.0.0.1)')
  .option('--computers <count>', 'number of Macs in the fleet (default: 60)', number)
  .option('--seed <seed>', 'the same seed creates the same fleet and the same random choices (default: 1)')
  .option('--squeeze <factor>', 'divides every duration of the fleet rhythm (default: 1)', number)
  .option('--config <file>', 'YAML file with options, see docs/simulator.md; flags take precedence')
  .action(run);

/** Options of the configuration file, overridden by the flags. @throws z.ZodError */
async function readOptions(flags: Flags): Promise<ServerOptionsInput> {
  const text = flags.config === undefined ? '' : await readFile(flags.config, 'utf8');
  const file = z.looseObject({ fleet: z.looseObject({}).optional() }).parse(parse(text) ?? {});
  const { computers, port, host, seed, squeeze } = flags;
  const given = Object.entries({ port, host, seed, squeeze }).filter(([, value]) => value !== undefined);
  const options: Record<string, unknown> = { ...file, ...Object.fromEntries(given) };
  if (computers !== undefined) options['fleet'] = { ...file.fleet, computers };
  serverOptionsSchema.parse(options);
  return options;
}

async function run(flags: Flags): Promise<void> {
  const simulator = await startSimulator(await readOptions(flags));
  const { url, controlUrl } = simulator;
  process.stdout.write(`Simulated Jamf Pro: ${url} · control: ${controlUrl}/state\n`);
  let stopping = false;
  const stop = () => {
    // A second signal exits immediately.
    if (stopping) process.exit(130);
    stopping = true;
    void simulator.close();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

try {
  await program.parseAsync();
} catch (error) {
  const message = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
  process.stderr.write(`${message}\n`);
  process.exitCode = 1;
}
