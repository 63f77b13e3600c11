import type { Figure } from '../figure.js';
import { createToken } from '../../src/config/values/api-token.js';
import { INSTANCE, openStage, PROFILE, type Stage } from '../stage.js';
import { until } from '../until.js';
import { beginKills } from './kills.js';
import { beginMishaps } from './mishaps.js';
import type { FaultRunOptions } from './options.js';
import { beginPerson } from './person.js';
import { CYCLING_MOST, EXCLUDED, faultsPlan } from './plan.js';
import { reckon } from './reckon.js';
import { inRounds } from './rounds.js';
import { beginWeather } from './weather.js';
import { lacksProfile, listMacs, readMac, readWorld } from './world.js';

/** An enrolment or a removal of the last moment is through by then. */
const PROFILES_TAKE_MS = 15_000;

/** A stage on which faults are let loose: who is on call shows this token. */
export interface FaultStage extends Stage {
  token: string;
}

/** Starts it in `folder`. */
export async function openFaultStage(options: FaultRunOptions, folder: string): Promise<FaultStage> {
  const { token, sha256 } = createToken();
  return { ...(await openStage(faultsPlan(options, sha256), folder)), token };
}

/**
 * Every Mac that is due is renewed by two workers while everything fails that can: Jamf Pro, its CA, push, webhooks, the Macs, the
 * workers and Redis. Bad answers go on to the last moment; kills and mishaps of Macs are as many as planned. Counted at the pretend
 * Jamf Pro and in the records at the end.
 */
export async function proveFaults(stage: FaultStage, options: FaultRunOptions): Promise<readonly Figure[]> {
  const startedAt = Date.now();
  const dueMacs = (await listMacs(stage)).filter(({ due }) => due).map(({ id }) => id);
  const receiver = await stage.receiver();
  const workers = await Promise.all([stage.worker('worker-1'), stage.worker('worker-2')]);
  const underWay = async () => {
    const { byState } = await stage.redistributions.counts(INSTANCE);
    const { excluded, including, triggered, pushed, verifying } = byState;
    return excluded + including + triggered + pushed + verifying;
  };
  const isInFlow = async () => (await underWay()) >= options.leastUnderWay;
  await until('redistributions under way', isInFlow, options.patienceMs);

  const weather = await beginWeather(stage, options, isInFlow);
  const mishaps = beginMishaps(stage, options, isInFlow);
  const kills = beginKills(stage, options, workers, async () => (await underWay()) > 0);
  const connection = { url: receiver.found, token: stage.token };
  const person = beginPerson(stage, connection, {
    isRepaired: () => weather.isCaWell(),
    bare: (id) => mishaps.enrolledAgain().has(id) || mishaps.robbed().has(id),
  });
  let mostExcluded = 0;
  const watch = inRounds(200, async () => {
    const { groups } = await readWorld(stage);
    mostExcluded = Math.max(mostExcluded, groups.find(({ id }) => id === EXCLUDED)?.members ?? 0);
    return 'again';
  });

  const everythingEnded = async () => {
    const { open } = await stage.redistributions.counts(INSTANCE);
    if (open > 0) return false;
    // Whoever is left could strike nobody any more: it is over for them, too, and told by the figures.
    await mishaps.bringBack();
    const { due, overdue, expired, unknown } = await stage.computers.countStates(INSTANCE, PROFILE);
    return due + overdue + expired + unknown === 0;
  };
  // Who has not ended by then is named by the figures.
  const endAt = startedAt + options.patienceMs;
  const ended = (what: string, look: () => Promise<boolean>, leastMs = 1_000) =>
    until(what, look, Math.max(endAt - Date.now(), leastMs)).catch(() => undefined);
  await ended('the end of every redistribution', everythingEnded);
  for (const one of [mishaps, kills, weather, watch]) await one.end();
  await ended('the end of what was hit last', everythingEnded);
  await person.end();
  const hits = await weather.hits();
  await stage.control('faults', {}, 'PUT');
  await ended('the last profiles', async () => (await lacking(stage)).length === 0, PROFILES_TAKE_MS);

  return reckon(stage, options, {
    dueMacs,
    startedAt,
    hits,
    mostExcluded,
    cyclingMost: CYCLING_MOST,
    mishaps: mishaps.strikes(),
    enrolledAgain: mishaps.enrolledAgain(),
    robbed: mishaps.robbed(),
    kills: kills.counts(),
    resumed: person.resumed(),
    asked: person.asked(),
    lacking: await lacking(stage),
  });
}

/** Macs that should have one of the profiles and have none. */
async function lacking(stage: Stage): Promise<readonly number[]> {
  const macs = await Promise.all((await listMacs(stage)).map(({ id }) => readMac(stage, id)));
  return macs.filter(lacksProfile).map(({ computer }) => computer.id);
}
