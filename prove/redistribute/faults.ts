import type { Figure } from '../figure.js';
import { createToken } from '../../src/config/values/api-token.js';
import { INSTANCE, openFleetEnvironment, PROFILE, type FleetEnvironment } from '../environment.js';
import { until } from '../until.js';
import type { Program } from '../../harness/environment.js';
import { proveDeletion } from './deletion.js';
import { startKills } from './kills.js';
import { startChaosEvents } from './chaos-events.js';
import type { FaultRunOptions } from './options.js';
import { startOperator } from './operator.js';
import { CYCLING_MOST, EXCHANGED, EXCLUDED, faultsPlan } from './plan.js';
import { watchProgress } from './progress.js';
import { computeFigures } from './figures.js';
import { repeat } from './repeat.js';
import { startFaultInjection } from './fault-injection.js';
import {
  hasItsProfiles,
  hasProfile,
  isManaged,
  listMacs,
  readMac,
  readSimulatorState,
} from './simulator-state.js';

/** The test environment of the fault run. `token` is the API token of the simulated operator. */
export interface FaultEnvironment extends FleetEnvironment {
  token: string;
  /** Starts a worker with a wrong configuration: the roles of the two groups are exchanged. */
  misconfigured(name: string): Promise<Program>;
}

/** Starts the test environment. Data and logs are written to `folder` (default: a temporary folder). */
export async function openFaultEnvironment(
  options: FaultRunOptions,
  folder?: string,
): Promise<FaultEnvironment> {
  const { token, sha256 } = createToken();
  const environment = await openFleetEnvironment(faultsPlan(options, sha256), folder);
  const { settings } = faultsPlan(options, sha256, EXCHANGED);
  return { ...environment, token, misconfigured: (name) => environment.worker(name, settings) };
}

/**
 * Two workers renew every due Mac while Jamf Pro, the CA, push, webhooks, Macs, workers and Redis fail. HTTP faults
 * continue until the end. Process kills and chaos events occur as often as the options specify. At the end, the
 * figures are computed from the state of the simulator and from the records of Recert.
 */
export async function proveFaults(
  environment: FaultEnvironment,
  options: FaultRunOptions,
): Promise<readonly Figure[]> {
  const startedAt = Date.now();
  const listed = await listMacs(environment);
  const dueMacs = listed.filter(({ due }) => due).map(({ id }) => id);
  const atStart = (await Promise.all(listed.map(({ id }) => readMac(environment, id)))).filter(hasProfile);
  const receiver = await environment.receiver();
  const workers = await Promise.all([environment.worker('worker-1'), environment.worker('worker-2')]);
  const countInProgress = async () => {
    const { byState } = await environment.redistributions.counts(INSTANCE);
    const { excluded, including, triggered, pushed, verifying } = byState;
    return excluded + including + triggered + pushed + verifying;
  };
  const isLoaded = async () => (await countInProgress()) >= options.minInProgress;
  await until('enough redistributions in progress', isLoaded, options.stallLimitMs);

  const progress = watchProgress(environment);
  const faultInjection = await startFaultInjection(environment, options, { isLoaded, progress });
  const chaos = startChaosEvents(environment, options, isLoaded);
  const kills = startKills(environment, options, workers, async () => (await countInProgress()) > 0);
  const connection = { url: receiver.url, token: environment.token };
  const operator = startOperator(environment, connection, {
    isRepaired: () => faultInjection.isCaHealthy(),
    lacksCertificate: (id) =>
      [chaos.enrolledAgain(), chaos.lostCertificate(), chaos.outOfScope()].some((hit) => hit.has(id)),
  });
  let mostExcluded = 0;
  const watch = repeat(200, async () => {
    const { groups } = await readSimulatorState(environment);
    mostExcluded = Math.max(mostExcluded, groups.find(({ id }) => id === EXCLUDED)?.members ?? 0);
    return 'again';
  });

  const allCompleted = async () => {
    const { open } = await environment.redistributions.counts(INSTANCE);
    if (open > 0) return false;
    // No redistribution is open any more, so all offline Macs come online now instead of at their scheduled time.
    await chaos.bringBack();
    const { due, overdue, expired, unknown } = await environment.computers.countStates(INSTANCE, PROFILE);
    return due + overdue + expired + unknown === 0;
  };
  // The wait also ends when nothing changes any more. The figures then name each Mac that is not complete.
  const waitFor = (what: string, look: () => Promise<boolean>) =>
    until(what, async () => (await look()) || (await progress.stalledMs()) > options.stallLimitMs, Infinity);
  await waitFor('the end of every redistribution', allCompleted);
  for (const task of [chaos, kills, faultInjection, watch]) await task.end();
  await waitFor('the end of the redistributions that failed last', allCompleted);
  const hits = await faultInjection.hits();
  await environment.control('faults', {}, 'PUT');
  const macs = () => Promise.all(atStart.map(({ computer }) => readMac(environment, computer.id)));
  // A command whose push was lost waits until the Mac connects to APNs again.
  for (const { computer } of (await macs()).filter((mac) => isManaged(mac) && !hasItsProfiles(mac)))
    for (const action of ['offline', 'online'])
      await environment.control('actions', { action, id: computer.id });
  await waitFor('the last profiles', async () => (await macs()).filter(isManaged).every(hasItsProfiles));

  const figures = await computeFigures(environment, options, {
    dueMacs,
    startedAt,
    hits,
    mostExcluded,
    cyclingMost: CYCLING_MOST,
    chaosEvents: chaos.counts(),
    enrolledAgain: chaos.enrolledAgain(),
    lostCertificate: chaos.lostCertificate(),
    outOfScope: chaos.outOfScope(),
    kills: kills.counts(),
    closedBreakers: operator.closedBreakers(),
    requested: operator.requestCount(),
    macs: await macs(),
  });
  const deletion =
    options.deletion === 0 ? [] : await proveDeletion(environment, options, { workers, progress });
  await operator.end();
  return [...figures, ...deletion];
}
