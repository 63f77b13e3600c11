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

/** How long an observing run is watched after the last plan: several sweeps and polls. */
const OBSERVE_ON_MS = 12_000;

/**
 * The whole product on one machine: a pretend Jamf Pro with a fleet, receivers, workers and the console.
 * Follows the fleet until every due Mac is proven renewed (or, observing, planned), prints the proof and judges it by the
 * records of both sides; then ends, or runs on until `signal`.
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
  const receivers = await inTurn(options.receivers, (number) => processes.receiver(number));
  await subscribe(
    readServiceSettings(options, context),
    receivers.map(({ url }) => url),
  );
  await jamf.forgetRequests();
  const workers = await inTurn(options.workers, (number) => processes.worker(number));
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
  // Nothing must be written later either: an observing run is watched on for a while.
  if (options.observe && done) await context.wait(OBSERVE_ON_MS);
  const code = await conclude(options, { jamf, service, due, done }, context);
  if (!options.exitWhenDone && !signal.aborted) await runOn(console, { jamf, service }, context, signal);
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
    `Viewer     ${secrets.viewer.token}   may look, not act`,
    `Pretend    ${simulator}   a Jamf Pro with ${due.length} due Macs; its own view: ${simulator}/__simulator/state`,
    `Command    RECERT_URL=${console} RECERT_TOKEN=${secrets.admin.token} npx recert status`,
    `Logs       ${folder}`,
    ...(observe ? ['Mode       observe: nothing is written to Jamf'] : []),
    '',
  ].join('\n');
}

/** Kills the first worker in the middle of the work and starts another, as a power cut and a restart would. */
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
    context.err('worker-1 was killed (SIGKILL); another one starts');
    await processes.worker(workers.length + 1);
  };
}

async function runOn(
  console: string,
  run: Parameters<typeof liveOn>[0],
  context: Context,
  signal: AbortSignal,
): Promise<void> {
  context.out(`\nThe fleet lives on at ${console}. Ctrl-C ends everything.`);
  await liveOn(run, context.now, signal);
}

async function inTurn<T>(count: number, start: (number: number) => Promise<T>): Promise<T[]> {
  const started: T[] = [];
  for (let number = 1; number <= count; number += 1) started.push(await start(number));
  return started;
}
