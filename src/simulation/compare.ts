import { windowOf } from '../domain/assess.js';
import { type CertificateDates, forecast, type Forecast } from '../domain/forecast/forecast.js';
import type { RedistributionPolicy } from '../domain/watched.js';
import type { YearFigures } from './measures.js';
import { jamfAlone, pushEveryHour, redeployByCalendar } from './others.js';
import { firstExpiry } from './macs.js';
import { recert } from './recert/recert.js';
import { watchedFor } from './recert/fleet.js';
import { type Scenario } from './scenario.js';
import { liveThrough, type Policy, type World } from './world.js';

/** A policy of Recert to be tried. */
export interface Trial {
  name: string;
  policy: RedistributionPolicy;
}

/** A year under Recert, with what the rails did. */
export interface RecertYear extends YearFigures {
  rails: {
    hourlyCap: number;
    inFlightCap: number;
    windowMs: number;
    /** Most triggers within an hour. */
    triggersInAnHour: number;
    /** Most under way at a trigger. */
    inFlight: number;
    /** How often the breaker would have opened; in the year somebody closes it at once. */
    breakerOpened: number;
  };
}

const OTHERS: readonly ((world: World) => Policy)[] = [
  (world) => jamfAlone(world),
  (world) => pushEveryHour(world),
  (world) => redeployByCalendar(world),
];

/** How many the others are. */
export const OTHER_POLICIES = OTHERS.length;

/** The others on a fleet, one after the other. */
export function* livesOfOthers(scenario: Scenario): Generator<YearFigures> {
  for (const policyOf of OTHERS) yield liveThrough(scenario, policyOf);
}

/** Recert on a fleet. Neither mode nor mechanisms matter: it acts, by overlap. */
export function lifeOfRecert(scenario: Scenario, { name, policy }: Trial): RecertYear {
  const acting = { ...policy, mode: 'act' as const, mechanisms: ['overlap'] as const };
  let most = () => ({ hour: 0, inFlight: 0 });
  let opened = () => 0;
  const figures = liveThrough(scenario, (world) => {
    const made = recert(world, acting, name);
    ({ most } = made.caps);
    ({ opened } = made.breaker);
    return made;
  });
  const { hour, inFlight } = most();
  return {
    ...figures,
    rails: {
      hourlyCap: policy.hourlyCap,
      inFlightCap: policy.inFlight,
      windowMs: windowOf(policy, scenario.lifetimeMs),
      triggersInAnHour: hour,
      inFlight,
      breakerOpened: opened(),
    },
  };
}

/** What the forecast says of the fleet of a scenario on its first day, under a policy. */
function forecastFor(scenario: Scenario, policy: RedistributionPolicy): Forecast {
  return forecast(datesOf(scenario), watchedFor(policy), {
    now: scenario.startAt,
    days: scenario.days,
    proofMs: scenario.inventoryEveryMs / 2,
  });
}

/**
 * Above what the forecast says is least: Macs sleep at night and are away at weekends, and the line must not wait for them. A token of
 * the hourly cap is held until its Mac took the command, on average for longer than an hour, so that there must be more of them.
 */
const AMPLE = { hourlyCap: 3, inFlight: 2 };

/** A policy with caps that do for a fleet. Those that do already are left as they are. */
export function planned(scenario: Scenario, policy: RedistributionPolicy): RedistributionPolicy {
  const { advice } = forecastFor(scenario, policy);
  if (advice === null || advice.caps === null) return policy;
  const hourlyCap = AMPLE.hourlyCap * advice.caps.hourlyCap;
  const inFlight = Math.max(policy.inFlight, AMPLE.inFlight * advice.caps.inFlight);
  return { ...policy, hourlyCap: Math.max(policy.hourlyCap, hourlyCap), inFlight };
}

function datesOf(scenario: Scenario): CertificateDates[] {
  const { expiring, lifetimeMs } = scenario;
  const days = expiring.flatMap((count, day) => new Array<number>(count).fill(day));
  return days.map((day, mac) => {
    const expiresAt = firstExpiry(scenario, mac, day);
    return { computerId: String(mac + 1), issuedAt: expiresAt - lifetimeMs, expiresAt };
  });
}
