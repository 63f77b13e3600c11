import type { ProfileConfig } from '../../config/profile.js';
import { parseDuration } from '../../config/duration.js';
import { windowOf } from '../../domain/assess.js';
import { lifeOfRecert, livesOfOthers, planned, type RecertYear } from '../../domain/fleet-year/compare.js';
import type { YearFigures } from '../../domain/fleet-year/measures.js';
import type { Scenario } from '../../domain/fleet-year/scenario.js';

/** A year, and what the rails did where there were any. */
export type Year = YearFigures & { rails?: RecertYear['rails'] };

/**
 * Settings for a fleet that comes due all at once: a window that outlasts a month of absence and the line, only Macs that are awake,
 * and caps well above what the forecast finds least.
 */
export function ampleFor(scenario: Scenario, defaults: ProfileConfig): ProfileConfig {
  const wide = {
    ...defaults,
    window: Math.max(windowOf(defaults, scenario.lifetimeMs), parseDuration('60d')),
    waits: { ...defaults.waits, online: parseDuration('30m') },
  };
  const { hourlyCap, inFlight } = planned(scenario, wide);
  return { ...wide, hourlyCap, inFlight };
}

/** Every policy on the same fleet: the others, then Recert with the policies given. A year each, one after the other. */
export function* allYears(
  scenario: Scenario,
  trials: readonly { name: string; policy: ProfileConfig }[],
): Generator<Year> {
  yield* livesOfOthers(scenario);
  for (const trial of trials) yield lifeOfRecert(scenario, trial);
}
