import type { Figure } from '../figure.js';
import { createToken } from '../../src/config/values/api-token.js';
import { INSTANCE, openFleetEnvironment, PROFILE, type FleetEnvironment } from '../environment.js';
import { until } from '../until.js';
import { startKills } from './kills.js';
import { startChaosEvents } from './chaos-events.js';
import type { FaultRunOptions } from './options.js';
import { startOperator } from './operator.js';
import { CYCLING_MOST, EXCLUDED, faultsPlan } from './plan.js';
import { watchProgress } from './progress.js';
import { computeFigures } from './figures.js';
import { repeat } from './repeat.js';
import { startFaultInjection } from './fault-injection.js';
import { lacksProfile, listMacs, readMac, readSimulatorState } from './simulator-state.js';

/** The test environment of the fault run. `token` is the API token of the simulated operator. */
export interface FaultEnvironment extends FleetEnvironment {
  token: string;
}

/** Starts the test environment. Data and logs are written to `folder` (default: a temporary folder). */
export async function openFaultEnvironment(
  options: FaultRunOptions,
  folder?: string,
): Promise<FaultEnvironment> {
  const { token, sha256 } = createToken();
  return { ...(await openFleetEnvironment(faultsPlan(options, sha256), folder)), token };
}

/**
 * Two workers renew every due Mac while Jamf Pro, the CA, push, webhooks, Macs, workers and Redis fail. HTTP faults continue until the
 * end; process kills and chaos events occur as often as the options specify. The figures are counted at the simulator and in the
 * records at the end.
 */
export async function proveFaults(
  environment: FaultEnvironment,
  options: FaultRunOptions,
): Promise<readonly Figure[]> {
  const startedAt = Date.now();
  const dueMacs = (await listMacs(environment)).filter(({ due }) => due).map(({ id }) => id);
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
    lacksCertificate: (id) => chaos.enrolledAgain().has(id) || chaos.lostCertificate().has(id),
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
    // No redistribution is open, so offline Macs must not stay offline until their scheduled return.
    await chaos.bringBack();
    const { due, overdue, expired, unknown } = await environment.computers.countStates(INSTANCE, PROFILE);
    return due + overdue + expired + unknown === 0;
  };
  // The figures name each Mac that is not complete when nothing changes any more.
  const waitFor = (what: string, look: () => Promise<boolean>) =>
    until(what, async () => (await look()) || (await progress.stalledMs()) > options.stallLimitMs, Infinity);
  await waitFor('the end of every redistribution', allCompleted);
  for (const task of [chaos, kills, faultInjection, watch]) await task.end();
  await waitFor('the end of the redistributions that failed last', allCompleted);
  await operator.end();
  const hits = await faultInjection.hits();
  await environment.control('faults', {}, 'PUT');
  await waitFor('the last profiles', async () => (await macsWithoutProfile(environment)).length === 0);

  return computeFigures(environment, options, {
    dueMacs,
    startedAt,
    hits,
    mostExcluded,
    cyclingMost: CYCLING_MOST,
    chaosEvents: chaos.counts(),
    enrolledAgain: chaos.enrolledAgain(),
    lostCertificate: chaos.lostCertificate(),
    kills: kills.counts(),
    closedBreakers: operator.closedBreakers(),
    requested: operator.requestCount(),
    macsWithoutProfile: await macsWithoutProfile(environment),
  });
}

/** IDs of the Macs that should have one of the two profiles and have neither. */
async function macsWithoutProfile(environment: FleetEnvironment): Promise<readonly number[]> {
  const macs = await Promise.all((await listMacs(environment)).map(({ id }) => readMac(environment, id)));
  return macs.filter(lacksProfile).map(({ computer }) => computer.id);
}
