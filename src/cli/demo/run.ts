import type { Context } from '../context.js';
import type { ExitCode } from '../exit.js';
import { follow, type Following } from './follow.js';
import type { DemoOptions } from './options.js';
import { pretendJamf, type PretendMac } from './pretend-jamf.js';
import { demoProcesses, type Processes, type Running } from './processes.js';
import { conclude } from './conclude.js';
import { liveOn } from './live-on.js';
import { demoService } from './service.js';
import {
  type DemoSecrets,
  makeSecrets,
  readServiceSettings,
  writeServiceSettings,
  writeSimulatorSettings,
} from './settings.js';
import { subscribe } from './webhooks.js';

/**
 * In observe mode, the demo keeps watching for this long after all due Macs have a plan, milliseconds. The time
 * covers several sweeps and polls.
 */
const OBSERVE_EXTRA_MS = 12_000;

/**
 * Runs the whole product on one machine: a simulated Jamf Pro with a fleet, receivers, workers and the console.
 * Waits until every due Mac is verified (in observe mode: planned), prints the result, and compares it with the
 * records of Recert and of the simulator. Then exits, or keeps running until `signal` aborts.
 */
export async function runDemo(
  options: DemoOptions,
  context: Context,
  signal: AbortSignal,
): Promise<ExitCode> {
  const processes = demoProcesses(options, context);
  try {
    return await withProcesses(options, context, signal, processes);
  } finally {
    await processes.stopAll();
  }
}

async function withProcesses(
  options: DemoOptions,
  context: Context,
  signal: AbortSignal,
  processes: Processes,
): Promise<ExitCode> {
  const secrets = makeSecrets();
  writeSimulatorSettings(options, secrets);
  const simulator = await processes.simulator();
  writeServiceSettings(options, secrets, {
    jamfUrl: simulator.url,
    redisUrl: context.environment.REDIS_URL ?? '',
  });
  const jamf = pretendJamf(simulator.url);
  const due = await jamf.due();
  await jamf.loseWebhooks(options.loseWebhooks);
  const receivers = await startInSequence(options.receivers, (number) => processes.receiver(number));
  await subscribe(
    readServiceSettings(options, context),
    receivers.map(({ url }) => url),
  );
  await jamf.forgetRequests();
  const workers = await startInSequence(options.workers, (number) => processes.worker(number));
  const console = receivers[0]?.url ?? '';
  context.out(welcome(options, { console, secrets, simulator: simulator.url, due }));

  const service = demoService(console, secrets.admin.token);
  const done = await follow(
    {
      service,
      due,
      finished: ({ state, blocked }) =>
        options.observe ? blocked?.reason === 'observe' : state === 'verified',
      check: () => processes.check(),
      meanwhile: options.killWorker ? killOnce(workers, processes, due, context) : () => Promise.resolve(),
      withinMs: options.within * 1_000,
      signal,
    },
    context,
  );
  // In observe mode, keep watching: a write to Jamf Pro after all Macs have a plan would also be a fault.
  if (options.observe && done) await context.wait(OBSERVE_EXTRA_MS);
  const code = await conclude(options, { jamf, service, due, done }, context);
  if (!options.exitWhenDone && !signal.aborted)
    await keepRunning(console, { jamf, service }, context, signal);
  return code;
}

function welcome(
  { observe, folder }: DemoOptions,
  {
    console,
    secrets,
    simulator,
    due,
  }: { console: string; secrets: DemoSecrets; simulator: string; due: readonly PretendMac[] },
): string {
  return [
    '',
    `Console    ${console}   sign in with this token:`,
    `Token      ${secrets.admin.token}`,
    `Viewer     ${secrets.viewer.token}   read-only`,
    `Jamf Pro   ${simulator}   simulated, with ${due.length} due Macs; its state: ${simulator}/__simulator/state`,
    `Command    RECERT_URL=${console} RECERT_TOKEN=${secrets.admin.token} npx recert status`,
    `Logs       ${folder}`,
    ...(observe ? ['Mode       observe: nothing is changed in Jamf Pro'] : []),
    '',
  ].join('\n');
}

/** Kills the first worker once during the run and starts another. This simulates a power failure and a restart. */
function killOnce(
  workers: readonly Running[],
  processes: Processes,
  due: readonly PretendMac[],
  context: Context,
): Following['meanwhile'] {
  let killed = false;
  return async ({ finished, inFlight }) => {
    if (killed || inFlight === 0 || finished < due.length / 5) return;
    killed = true;
    await workers[0]?.kill();
    context.err('worker-1 killed (SIGKILL); starting another');
    await processes.worker(workers.length + 1);
  };
}

async function keepRunning(
  console: string,
  run: Parameters<typeof liveOn>[0],
  context: Context,
  signal: AbortSignal,
): Promise<void> {
  context.out(`\nThe demo keeps running at ${console}. Press Ctrl-C to stop it.`);
  await liveOn(run, context.now, signal);
}

async function startInSequence<T>(count: number, start: (number: number) => Promise<T>): Promise<T[]> {
  const started: T[] = [];
  for (let number = 1; number <= count; number += 1) started.push(await start(number));
  return started;
}
