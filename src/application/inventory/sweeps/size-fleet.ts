import { windowOf } from '../../../domain/assess.js';
import { chooseCapacity } from '../../../domain/capacity/capacity.js';
import type { ChosenCapacity } from '../../../domain/capacity/chosen.js';
import { isEarlier } from '../../../domain/capacity/leads.js';
import { DAY_MS, lifetimeOf } from '../../../domain/forecast/cells.js';
import type { FleetCount } from '../../../domain/redistribution/safety-limits/circuit-breaker.js';
import { safetyLimitPolicyOf } from '../../../domain/redistribution/safety-limits/policy.js';
import { isNativeOnly, type WatchedProfile } from '../../../domain/watched.js';
import { type ForecastFleet, readForecastFleet } from '../../fleet/forecast-fleet.js';
import { type FleetDeps, instanceOf } from '../deps.js';
import { requestAssessment } from '../request-assessment.js';

/** Number of Macs that are reassessed together. */
const BATCH = 500;

/**
 * Chooses the capacity of each watched profile from the fleet that was just read, and stores it with the daily
 * counts. If certificates are now due earlier than before, their Macs are assessed again. The counts are compared with
 * those of the day before. The circuit breaker opens if many more Macs are due than were due or expected, or if many
 * more Macs have an unknown certificate status.
 */
export async function sizeFleet(
  deps: FleetDeps,
  instance: string,
  watched: readonly WatchedProfile[],
): Promise<void> {
  for (const profile of watched) {
    const fleet = await readForecastFleet(deps.computers, profile, deps.now());
    const need = needOf(fleet, profile, deps.now());
    const before = profile.chosen ?? null;
    const chosen = chooseCapacity(
      settingsOf(deps, profile),
      { ...need, canaryMs: await canaryMsOf(deps, profile), nativeOnly: isNativeOnly(profile.policy) },
      before?.leads,
    );
    await deps.profiles.saveCapacity(instance, profile.name, chosen);
    // Before the first choice of a capacity, the canary waits until the pages with all Macs have been read.
    if (before === null) await deps.wakeWaiting(instance, profile.name);
    if (isEarlier(before?.leads ?? [], chosen.leads))
      await reassess(deps, instance, { profile, watched, chosen });
    await deps.limits.noteFleet(instance, profile.name, countOf(fleet, need.windowMs, deps.now()));
  }
}

function settingsOf(deps: FleetDeps, { instance, name }: WatchedProfile) {
  const settings = instanceOf(deps, instance).settings.profiles[name];
  if (settings === undefined) throw new Error(`${name} is not configured on this worker`);
  return settings.capacity;
}

function needOf({ dates, seenShare, proofMs }: ForecastFleet, { policy }: WatchedProfile, now: number) {
  const lifetimeMs = lifetimeOf(dates);
  const expiring: number[] = [0];
  for (const { expiresAt } of dates) {
    const day = Math.max(0, Math.floor((expiresAt - now) / DAY_MS));
    while (expiring.length <= day && day <= MOST_DAYS) expiring.push(0);
    if (day <= MOST_DAYS) expiring[day] = (expiring[day] ?? 0) + 1;
  }
  const windowMs = windowOf(policy, lifetimeMs);
  return { now, expiring, lifetimeMs, windowMs, jitterMs: policy.jitter, seenShare, inventoryAgeMs: proofMs };
}

/**
 * Certificates that expire after this number of days are left out of the plan. RFC 5280 defines a date for
 * certificates that never expire.
 */
const MOST_DAYS = 4_000;

/** Longest possible duration of the remaining canary waves, milliseconds. */
async function canaryMsOf(
  { limits, now }: FleetDeps,
  { instance, name, policy }: WatchedProfile,
): Promise<number> {
  const { canary } = await limits.safetyLimits(instance, name, safetyLimitPolicyOf(policy), now());
  return canary === null ? 0 : policy.canary.length * policy.waits.proof;
}

/**
 * The count of due Macs uses the configured window: Macs that are due only because Recert chose to renew earlier are
 * no sign of an error.
 */
function countOf({ dates, unknown }: ForecastFleet, windowMs: number, at: number): FleetCount {
  const dueBy = (instant: number) => dates.filter(({ expiresAt }) => expiresAt - windowMs <= instant).length;
  return {
    at,
    inScope: dates.length + unknown,
    due: dueBy(at),
    expected: dueBy(at + NEXT_COUNT_MS),
    unknown,
  };
}

/** Latest time of the next count, relative to this one, milliseconds. */
const NEXT_COUNT_MS = 1.5 * DAY_MS;

/** Assesses the healthy Macs with the new renewal times. Macs that are now due are queued to be read from Jamf Pro. */
async function reassess(
  deps: FleetDeps,
  instance: string,
  {
    profile,
    watched,
    chosen,
  }: { profile: WatchedProfile; watched: readonly WatchedProfile[]; chosen: ChosenCapacity },
): Promise<void> {
  const current = watched.map((one) =>
    one === profile ? { ...one, policy: { ...one.policy, leads: chosen.leads } } : one,
  );
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await deps.computers.listByState(instance, profile.name, 'healthy', {
      cursor,
      limit: BATCH,
    });
    ids.push(...page.computers.map(({ id }) => id));
    cursor = page.cursor ?? undefined;
  } while (cursor !== undefined && !deps.stopping.aborted);
  for (let from = 0; from < ids.length && !deps.stopping.aborted; from += BATCH) {
    const now = deps.now();
    const assessed = await deps.computers.reassess(instance, ids.slice(from, from + BATCH), {
      watched: current,
      now,
    });
    const due = assessed.filter(({ assessments }) => assessments[profile.name]?.state !== 'healthy');
    await requestAssessment(
      deps,
      instance,
      due.map(({ computer }) => computer.id),
      { reason: 'sweep', ripeAt: now },
    );
  }
}
