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
  .description('A pretend Jamf Pro with a fleet of Macs, push, a CA and fault switches.')
  .option('--port <port>', 'port to listen on (default: any free one)', number)
  .option('--host <address>', 'address to listen on (default: 127.0.0.1)')
  .option('--computers <count>', 'Macs in the fleet (default: 60)', number)
  .option('--seed <seed>', 'the same seed makes the same fleet and choices (default: 1)')
  .option('--squeeze <factor>', 'divides every duration of the rhythm (default: 1)', number)
  .option('--config <file>', 'YAML file with all options, see docs/simulator.md; flags win')
  .action(run);

/** What the file says, and above it what the flags say. Throws z.ZodError. */
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
    // The second signal does not wait.
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
  const words = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
  process.stderr.write(`${words}\n`);
  process.exitCode = 1;
}
