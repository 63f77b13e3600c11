import { z } from 'zod';
import { duration } from '../../config/values/duration.js';
import { type ProfileConfig, profileSchema } from '../../config/sections/profile.js';
import { DAY_MS, rollOut, rollOutScenario, type Scenario } from '../../simulation/scenario.js';
import { wholeNumber } from '../options.js';

const share = z.coerce.number('must be a share from 0 to 1, such as 0.05').min(0).max(1);

export const simulateOptions = z.object({
  computers: wholeNumber(1, 200_000).default(10_000),
  days: wholeNumber(30, 1_100).default(365),
  seed: wholeNumber(0).default(1),
  window: duration().optional(),
  hourlyCap: wholeNumber(1).optional(),
  inFlight: wholeNumber(1).optional(),
  inventory: duration().prefault('7d'),
  failing: share.default(0.02),
  away: share.default(0.05),
  caOutage: duration().optional(),
  fromFleet: z.boolean().default(false),
  profile: z.string().optional(),
  instance: z.string().optional(),
  picture: z.string().optional(),
});

export type SimulateOptions = z.output<typeof simulateOptions>;

/**
 * Whether the user set options that define a custom policy, which is simulated in addition to the standard policies.
 */
export function asksForPolicy({
  window,
  hourlyCap,
  inFlight,
}: Pick<SimulateOptions, 'window' | 'hourlyCap' | 'inFlight'>): boolean {
  return [window, hourlyCap, inFlight].some((one) => one !== undefined);
}

/**
 * Builds the scenario of a simulation. `expiring` is the number of expiring certificates per day; if it is `null`,
 * the fleet was rolled out within two weeks.
 */
export function scenarioOf(options: SimulateOptions, expiring: readonly number[] | null): Scenario {
  const computers = expiring === null ? options.computers : expiring.reduce((sum, one) => sum + one, 0);
  const base = rollOutScenario({ computers });
  return {
    ...base,
    seed: options.seed,
    days: options.days,
    expiring: expiring ?? rollOut(computers, { afterDays: 90, inDays: 14 }),
    inventoryEveryMs: options.inventory,
    away: { ...base.away, share: options.away },
    ca: {
      ...base.ca,
      failing: options.failing,
      outages: options.caOutage === undefined ? [] : [{ afterMs: 40 * DAY_MS, forMs: options.caOutage }],
    },
  };
}

/** Placeholders for settings that the schema of a profile requires, but that have no effect on the simulation. */
export const NAMELESS = { mode: 'act', overlap: { blue: 1, green: 2, joinGreen: 3, leaveBlue: 4 } };

/** Returns the default settings of a watched profile, with `more` and the command-line options applied. */
export function policyOf(
  { window, hourlyCap, inFlight }: Pick<SimulateOptions, 'window' | 'hourlyCap' | 'inFlight'>,
  more: Partial<ProfileConfig> = {},
): ProfileConfig {
  const settings = { ...profileSchema.parse(NAMELESS), ...more };
  const { capacity } = settings;
  return {
    ...settings,
    window: window ?? settings.window,
    capacity: {
      ...capacity,
      hourlyCap: hourlyCap ?? capacity.hourlyCap,
      inFlight: inFlight ?? capacity.inFlight,
    },
  };
}
