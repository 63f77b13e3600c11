import { setTimeout as after } from 'node:timers/promises';
import type { Program } from '../../harness/environment.js';
import type { Redistribution } from '../../src/domain/redistribution/record.js';
import { type Figure, none } from '../figure.js';
import { INSTANCE, PROFILE, type FleetEnvironment } from '../environment.js';
import { until } from '../until.js';
import type { FaultRunOptions } from './options.js';
import { HALVES } from './plan.js';
import type { Progress } from './progress.js';
import { type MacState, readMac } from './simulator-state.js';

const [BLUE = NaN, GREEN = NaN] = HALVES;
/** Shift of the expiry that makes a healthy Mac due. The certificate of a healthy Mac is valid for a year. */
const AGED = '-350d';

/**
 * Runs the last fault of the run. Macs with the blue profile become due and receive the green profile. When some of
 * them have a proven certificate and wait for the removal of the blue profile, all workers are frozen. Then the
 * green profile is deleted in Jamf Pro, and other Macs become due. The workers resume after the locks of their jobs
 * have expired. No Mac may lose its blue profile.
 */
export async function proveDeletion(
  environment: FleetEnvironment,
  options: FaultRunOptions,
  { workers, progress }: { workers: readonly Program[]; progress: Progress },
): Promise<readonly Figure[]> {
  const healthy = await environment.computers.listByState(INSTANCE, PROFILE, 'healthy', { limit: 1_000 });
  const looks = await Promise.all(healthy.computers.map(({ id }) => readMac(environment, Number(id))));
  const ids = looks
    .filter(hasOnlyBlue)
    .map(({ computer }) => computer.id)
    .slice(0, options.deletion);
  const half = ids.length / 2;
  const age = (aged: readonly number[]) =>
    Promise.all(aged.map((id) => environment.control('actions', { action: 'shiftExpiry', id, by: AGED })));
  const records = async () => {
    const all = await Promise.all(
      ids.map((id) => environment.redistributions.lastFor(INSTANCE, PROFILE, String(id))),
    );
    return all.filter((record) => record !== null);
  };
  const startedAt = Date.now();
  const ofNow = async () => (await records()).filter(({ openedAt }) => openedAt >= startedAt);

  await age(ids.slice(0, half));
  // A Mac that reports no inventory keeps both profiles, so the Mac is taken offline.
  const silent = new Set<number>();
  await until('Macs with a proven certificate and both profiles', async () => {
    for (const { computerId } of (await ofNow()).filter(isSettling)) {
      silent.add(Number(computerId));
      await environment.control('actions', { action: 'offline', id: Number(computerId) });
    }
    return silent.size >= half / 4;
  });
  for (const { process } of workers) process.kill('SIGSTOP');
  // After this pause, Jamf Pro has executed all requests from before the freeze, because no fault delays requests
  // any more.
  await after(options.frozenMs / 2);
  const before = await Promise.all(ids.map((id) => readMac(environment, id)));
  const isSettlingStill = (await ofNow()).filter(isSettling).map(({ computerId }) => Number(computerId));
  await environment.control('actions', { action: 'deleteProfile', profileId: GREEN });
  await age(ids.slice(half));
  await after(options.frozenMs / 2);
  for (const { process } of workers) process.kill('SIGCONT');
  for (const id of silent) await environment.control('actions', { action: 'online', id });
  const wokenAt = Date.now();
  const isHeld = (record: Redistribution) => isHeldSince(record, wokenAt);

  const isAtRest = async () => {
    const all = await ofNow();
    return all.length === ids.length && all.every(isHeld);
  };
  await until(
    'the redistributions that wait for the deleted profile',
    async () => (await isAtRest()) || (await progress.stalledMs()) > options.stallLimitMs,
    Infinity,
  );
  const covered = before.filter(hasBlue).map(({ computer }) => computer.id);
  const now = new Map(
    await Promise.all(covered.map(async (id) => [id, await readMac(environment, id)] as const)),
  );
  const named = (await ofNow()).filter(({ blocked }) => blocked?.text.includes(`ID ${GREEN}`));
  return [
    {
      name: 'deleted profile: Macs about to lose the old profile',
      value: isSettlingStill.filter((id) => covered.includes(id)).length,
      least: 1,
      most: null,
    },
    { name: 'deleted profile: Macs with the old profile', value: covered.length, least: half, most: null },
    none(
      'deleted profile: Macs that lost the old profile',
      covered.filter((id) => !hasBlue(now.get(id))),
    ),
    none(
      'deleted profile: redistributions that do not wait for it',
      (await ofNow()).filter((record) => !isHeld(record)).map(({ computerId }) => computerId),
    ),
    { name: 'deleted profile: redistributions that name it', value: named.length, least: half, most: null },
  ];
}

/** Whether a redistribution was evaluated after the time `at` and makes no progress while the profile is missing. */
function isHeldSince({ state, blocked, settlement, closedAt, wakeAt }: Redistribution, at: number): boolean {
  if (state === 'blocked') return blocked?.reason === 'scopes-wrong';
  return closedAt !== null || (settlement !== null && wakeAt > at && settlement.dueAt < Date.now());
}

function isSettling({ state, settlement, closedAt }: Redistribution): boolean {
  return state === 'verified' && closedAt === null && settlement?.kind === 'finish';
}

function hasBlue(look: MacState | undefined): boolean {
  if (!look) return false;
  const { mac, profilesInScope } = look;
  return profilesInScope.includes(BLUE) && mac.profiles.some(({ profileId }) => profileId === BLUE);
}

function hasOnlyBlue(look: MacState): boolean {
  return hasBlue(look) && look.mac.online && !look.profilesInScope.includes(GREEN);
}
