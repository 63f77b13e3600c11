import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { Command, InvalidArgumentError } from 'commander';
import { openAlertEnvironment, proveAlerts } from './alerts/alerts.js';
import { proveCheckIns } from './checkins.js';
import { proveLists } from './console/lists.js';
import { provePage } from './console/page.js';
import { FULL_CONSOLE, openConsoleEnvironment, SMALL_CONSOLE } from './console/environment.js';
import { type Figure, holds, tableOf } from './figure.js';
import { proveFleet } from './fleet.js';
import { FULL_FUZZ, proveFuzz, SMALL_FUZZ } from './intake/fuzz.js';
import { FULL_OUTAGE, proveOutage, SMALL_OUTAGE } from './intake/outage.js';
import { openIntakeEnvironment } from './intake/environment.js';
import { FULL, fleetPlan, SMALL } from './options.js';
import { FULL_FAULTS, SMALL_FAULTS } from './redistribute/options.js';
import { openFaultEnvironment, proveFaults } from './redistribute/faults.js';
import { openFleetEnvironment } from './environment.js';
import { openSetupEnvironment } from './setup/environment.js';
import { FULL_SETUP, proveSetup, SMALL_SETUP } from './setup/setup.js';

interface Flags {
  small?: true;
  json?: true;
}

const number = (text: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('It must be a whole number.');
  return value;
};

/** A proof: opens its test environment with logs and data in `folder`, and measures its figures there. */
interface Proof<Environment extends { close: () => Promise<void> }> {
  open: (folder: string) => Promise<Environment>;
  prove: (environment: Environment) => Promise<readonly Figure[]>;
}

/** Runs a proof and prints its figures. If a figure misses its limit, the exit code is 1 and the folder is kept. */
async function run<Environment extends { close: () => Promise<void> }>(
  { json }: Flags,
  { open, prove }: Proof<Environment>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'recert-prove-'));
  process.stderr.write(`Logs and data in ${folder}\n`);
  const environment = await open(folder);
  try {
    const figures = await Promise.race([prove(environment), interrupted()]);
    const proven = figures.every(holds);
    process.stdout.write(
      json ? `${JSON.stringify({ proven, figures }, null, 2)}\n` : `${tableOf(figures)}\n`,
    );
    process.exitCode = proven ? 0 : 1;
  } finally {
    await environment.close();
  }
  if (process.exitCode === 0) await rm(folder, { recursive: true, force: true });
}

/** Rejects at SIGINT or SIGTERM, so that the test environment is closed before the process exits. */
function interrupted(): Promise<never> {
  return new Promise((_resolve, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.once(signal, () => reject(new Error(`The proof was stopped by ${signal}.`)));
  });
}

const program = new Command('prove').description(
  'Measures the guarantees of Recert. The exit code is 1 if a figure misses its limit.',
);
const proof = (name: string, description: string) =>
  program
    .command(name)
    .description(description)
    .option('--small', 'a reduced version that takes seconds')
    .option('--json', 'print the figures as JSON');

proof(
  'fleet',
  'Assessment of a large fleet from a cold start with a killed worker (requests, connections, memory), then its check-ins.',
)
  .option('--computers <count>', 'number of Macs in the fleet', number)
  .action(async (flags: Flags & { computers?: number }) => {
    const { small, computers } = flags;
    const options = { ...(small ? SMALL : FULL), ...(computers ? { computers } : {}) };
    await run(flags, {
      open: (folder) => openFleetEnvironment(fleetPlan(options), folder),
      prove: async (environment) => [
        ...(await proveFleet(environment, options)),
        ...(await proveCheckIns(environment, options)),
      ],
    });
  });
proof(
  'webhooks',
  'Webhooks under load while Redis and the receiver are killed, counted at the sender and in Redis.',
).action((flags: Flags) =>
  run(flags, {
    open: openIntakeEnvironment,
    prove: (environment) => proveOutage(environment, flags.small ? SMALL_OUTAGE : FULL_OUTAGE),
  }),
);
proof(
  'faults',
  'More than 1,000 redistributions while Jamf Pro, the CA, push, webhooks, Macs, workers and Redis fail.',
)
  .option('--seed <seed>', 'seed for the choice and order of the faults', number)
  .action((flags: Flags & { seed?: number }) => {
    const usual = flags.small ? SMALL_FAULTS : FULL_FAULTS;
    const options = { ...usual, seed: flags.seed ?? usual.seed };
    return run(flags, {
      open: (folder) => openFaultEnvironment(options, folder),
      prove: (environment) => proveFaults(environment, options),
    });
  });
proof(
  'fuzz',
  'Malformed bodies and slow senders: no crash, no 5xx, no memory growth, a problem document for every refusal.',
)
  .option('--seed <seed>', 'seed for the generated bodies', number)
  .action((flags: Flags & { seed?: number }) => {
    const options = flags.small ? SMALL_FUZZ : FULL_FUZZ;
    return run(flags, {
      open: openIntakeEnvironment,
      prove: (environment) => proveFuzz(environment, { ...options, seed: flags.seed ?? options.seed }),
    });
  });
proof(
  'alerts',
  'Alert rules and dashboards: a real Prometheus scrapes the service, and faults make alerts fire and resolve.',
).action(({ small = false, ...flags }: Omit<Flags, 'small'> & { small?: boolean }) =>
  run(flags, { open: openAlertEnvironment, prove: (environment) => proveAlerts(environment, { small }) }),
);
proof(
  'console',
  'Lists of the console API, and the page Macs in Chromium with 100,000 Macs, 20,000 of them selected.',
).action((flags: Flags) => {
  const options = flags.small ? SMALL_CONSOLE : FULL_CONSOLE;
  return run(flags, {
    open: (folder) => openConsoleEnvironment(options, folder),
    prove: async (environment) => [
      ...(await proveLists(environment, options)),
      ...(await provePage(environment, options)),
    ],
  });
});
proof(
  'setup',
  'Every command block of docs/setup.md in an empty folder, from nothing to a proven renewal and to overlap.',
).action((flags: Flags) =>
  run(flags, {
    open: (folder) => openSetupEnvironment(flags.small ? SMALL_SETUP : FULL_SETUP, folder),
    prove: proveSetup,
  }),
);

await program.parseAsync().catch((error: unknown) => {
  process.stderr.write(`${inspect(error)}\n`);
  // An interrupted proof has pending timers and requests that would keep the process alive.
  process.exit(1);
});
