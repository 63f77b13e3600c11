import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { Command, InvalidArgumentError } from 'commander';
import { proveCheckIns } from './checkins.js';
import { proveLists } from './console/lists.js';
import { provePage } from './console/page.js';
import { FULL_CONSOLE, openConsole, SMALL_CONSOLE } from './console/place.js';
import { type Figure, holds, tableOf } from './figure.js';
import { proveFleet } from './fleet.js';
import { FULL_FUZZ, proveFuzz, SMALL_FUZZ } from './intake/fuzz.js';
import { FULL_OUTAGE, proveOutage, SMALL_OUTAGE } from './intake/outage.js';
import { openPlace } from './intake/place.js';
import { FULL, fleetPlan, SMALL } from './options.js';
import { FULL_FAULTS, SMALL_FAULTS } from './redistribute/options.js';
import { openFaultStage, proveFaults } from './redistribute/faults.js';
import { openStage } from './stage.js';

interface Flags {
  small?: true;
  json?: true;
}

const number = (text: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('It must be a whole number.');
  return value;
};

/** Where a proof works: in a folder for logs and data, in a place that is closed afterwards. */
interface Proof<Place extends { close: () => Promise<void> }> {
  open: (folder: string) => Promise<Place>;
  prove: (place: Place) => Promise<readonly Figure[]>;
}

/** Runs a proof and tells; the exit code is 1 when a figure misses, and then the folder stays for a look. */
async function run<Place extends { close: () => Promise<void> }>(
  { json }: Flags,
  { open, prove }: Proof<Place>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'recert-prove-'));
  process.stderr.write(`Logs and data in ${folder}\n`);
  const place = await open(folder);
  try {
    const figures = await Promise.race([prove(place), interrupted()]);
    const proven = figures.every(holds);
    process.stdout.write(
      json ? `${JSON.stringify({ proven, figures }, null, 2)}\n` : `${tableOf(figures)}\n`,
    );
    process.exitCode = proven ? 0 : 1;
  } finally {
    await place.close();
  }
  if (process.exitCode === 0) await rm(folder, { recursive: true, force: true });
}

/** Never comes, unless somebody ends the proof: then what it started is ended first. */
function interrupted(): Promise<never> {
  return new Promise((_resolve, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.once(signal, () => reject(new Error(`The proof was ended by ${signal}.`)));
  });
}

const program = new Command('prove').description(
  'Measures what Recert promises. Exit code 1: a figure misses.',
);
const proof = (name: string, description: string) =>
  program
    .command(name)
    .description(description)
    .option('--small', 'in seconds')
    .option('--json', 'figures as JSON');

proof(
  'fleet',
  'A large fleet from a cold start: calls to Jamf, connections, memory, a worker killed; then its check-ins.',
)
  .option('--computers <count>', 'Macs in the fleet', number)
  .action(async (flags: Flags & { computers?: number }) => {
    const { small, computers } = flags;
    const options = { ...(small ? SMALL : FULL), ...(computers ? { computers } : {}) };
    await run(flags, {
      open: (folder) => openStage(fleetPlan(options), folder),
      prove: async (stage) => [
        ...(await proveFleet(stage, options)),
        ...(await proveCheckIns(stage, options)),
      ],
    });
  });
proof(
  'webhooks',
  'Webhooks under load, Redis and the receiver killed in the middle, counted from both ends.',
).action((flags: Flags) =>
  run(flags, {
    open: openPlace,
    prove: (place) => proveOutage(place, flags.small ? SMALL_OUTAGE : FULL_OUTAGE),
  }),
);
proof(
  'faults',
  'More than 1,000 redistributions while Jamf Pro, its CA, push, webhooks, Macs, workers and Redis fail.',
)
  .option('--seed <seed>', 'other choices of what fails when', number)
  .action((flags: Flags & { seed?: number }) => {
    const usual = flags.small ? SMALL_FAULTS : FULL_FAULTS;
    const options = { ...usual, seed: flags.seed ?? usual.seed };
    return run(flags, {
      open: (folder) => openFaultStage(options, folder),
      prove: (stage) => proveFaults(stage, options),
    });
  });
proof('fuzz', 'Strange bodies and strange senders: no crash, no 5xx, no growth, every refusal clear.')
  .option('--seed <seed>', 'another set of bodies', number)
  .action((flags: Flags & { seed?: number }) => {
    const options = flags.small ? SMALL_FUZZ : FULL_FUZZ;
    return run(flags, {
      open: openPlace,
      prove: (place) => proveFuzz(place, { ...options, seed: flags.seed ?? options.seed }),
    });
  });
proof(
  'console',
  'The lists of the console and its page of the Macs in Chromium, with 100,000 Macs and 20,000 of them chosen.',
).action((flags: Flags) => {
  const options = flags.small ? SMALL_CONSOLE : FULL_CONSOLE;
  return run(flags, {
    open: (folder) => openConsole(options, folder),
    prove: async (place) => [...(await proveLists(place, options)), ...(await provePage(place, options))],
  });
});

await program.parseAsync().catch((error: unknown) => {
  process.stderr.write(`${inspect(error)}\n`);
  // A proof that was ended has timers and calls of its own under way.
  process.exit(1);
});
