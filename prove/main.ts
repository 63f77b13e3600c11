import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { holds, tableOf } from './figure.js';
import { proveFleet } from './fleet.js';
import { FULL, type ProofOptions, SMALL } from './options.js';
import { openStage } from './stage.js';

interface Flags {
  computers?: number;
  small?: true;
  json?: true;
}

const number = (text: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('It must be a whole number.');
  return value;
};

/** Runs the proof and tells; the exit code is 1 when a figure misses. */
async function run({ computers, small, json }: Flags): Promise<void> {
  const options: ProofOptions = { ...(small ? SMALL : FULL), ...(computers ? { computers } : {}) };
  const folder = await mkdtemp(join(tmpdir(), 'recert-prove-'));
  process.stderr.write(`${options.computers} Macs; logs in ${folder}\n`);
  const stage = await openStage(options, folder);
  try {
    const figures = await proveFleet(stage, options);
    const proven = figures.every(holds);
    process.stdout.write(
      json ? `${JSON.stringify({ proven, figures }, null, 2)}\n` : `${tableOf(figures)}\n`,
    );
    process.exitCode = proven ? 0 : 1;
  } finally {
    await stage.close();
  }
  if (process.exitCode === 0) await rm(folder, { recursive: true, force: true });
}

await new Command('prove:fleet')
  .description('Measures what Recert promises for a large fleet; exit code 1 when a figure misses.')
  .option('--computers <count>', 'Macs in the fleet', number)
  .option('--small', 'a small fleet, in seconds')
  .option('--json', 'figures as JSON')
  .action(run)
  .parseAsync();
