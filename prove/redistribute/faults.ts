import type { Figure } from '../figure.js';
import { createToken } from '../../src/config/values/api-token.js';
import { INSTANCE, openFleetEnvironment, PROFILE, type FleetEnvironment } from '../environment.js';
import { until } from '../until.js';
import { beginKills } from './kills.js';
import { beginMishaps } from './mishaps.js';
import type { FaultRunOptions } from './options.js';
import { beginPerson } from './person.js';
import { CYCLING_MOST, EXCLUDED, faultsPlan } from './plan.js';
import { watchProgress } from './progress.js';
import { reckon } from './reckon.js';
import { inRounds } from './rounds.js';
import { beginWeather } from './weather.js';
import { lacksProfile, listMacs, readMac, readWorld } from './world.js';

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
  stage: FaultEnvironment,
  options: FaultRunOptions,
): Promise<readonly Figure[]> {
  const startedAt = Date.now();
  const dueMacs = (await listMacs(stage)).filter(({ due }) => due).map(({ id }) => id);
  const receiver = await stage.receiver();
  const workers = await Promise.all([stage.worker('worker-1'), stage.worker('worker-2')]);
  const countInProgress = async () => {
    const { byState } = await stage.redistributions.counts(INSTANCE);
    const { excluded, including, triggered, pushed, verifying } = byState;
    return excluded + including + triggered + pushed + verifying;
  };
  const isLoaded = async () => (await countInProgress()) >= options.leastUnderWay;
  await until('enough redistributions in progress', isLoaded, options.patienceMs);

  const progress = watchProgress(stage);
  const faultInjection = await beginWeather(stage, options, { isLoaded, progress });
  const chaos = beginMishaps(stage, options, isLoaded);
  const kills = beginKills(stage, options, workers, async () => (await countInProgress()) > 0);
  const connection = { url: receiver.url, token: stage.token };
  const operator = beginPerson(stage, connection, {
    isRepaired: () => faultInjection.isCaWell(),
    bare: (id) => chaos.enrolledAgain().has(id) || chaos.robbed().has(id),
  });
  let mostExcluded = 0;
  const watch = inRounds(200, async () => {
    const { groups } = await readWorld(stage);
    mostExcluded = Math.max(mostExcluded, groups.find(({ id }) => id === EXCLUDED)?.members ?? 0);
    return 'again';
  });

  const allCompleted = async () => {
    const { open } = await stage.redistributions.counts(INSTANCE);
    if (open > 0) return false;
    // No redistribution is open, so offline Macs must not stay offline until their scheduled return.
    await chaos.bringBack();
    const { due, overdue, expired, unknown } = await stage.computers.countStates(INSTANCE, PROFILE);
    return due + overdue + expired + unknown === 0;
  };
  // The figures name each Mac that is not complete when nothing changes any more.
  const waitFor = (what: string, look: () => Promise<boolean>) =>
    until(what, async () => (await look()) || (await progress.stalledMs()) > options.patienceMs, Infinity);
  await waitFor('the end of every redistribution', allCompleted);
  for (const task of [chaos, kills, faultInjection, watch]) await task.end();
  await waitFor('the end of the redistributions that failed last', allCompleted);
  await operator.end();
  const hits = await faultInjection.hits();
  await stage.control('faults', {}, 'PUT');
  await waitFor('the last profiles', async () => (await lacking(stage)).length === 0);

  return reckon(stage, options, {
    dueMacs,
    startedAt,
    hits,
    mostExcluded,
    cyclingMost: CYCLING_MOST,
    mishaps: chaos.strikes(),
    enrolledAgain: chaos.enrolledAgain(),
    robbed: chaos.robbed(),
    kills: kills.counts(),
    resumed: operator.resumed(),
    asked: operator.asked(),
    lacking: await lacking(stage),
  });
}

/** IDs of the Macs that should have one of the two profiles and have neither. */
async function lacking(stage: FleetEnvironment): Promise<readonly number[]> {
  const macs = await Promise.all((await listMacs(stage)).map(({ id }) => readMac(stage, id)));
  return macs.filter(lacksProfile).map(({ computer }) => computer.id);
}
