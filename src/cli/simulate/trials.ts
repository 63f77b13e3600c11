import type { ProfileConfig } from '../../config/sections/profile.js';
import { parseDuration } from '../../config/values/duration.js';
import { windowOf } from '../../domain/assess.js';
import {
  lifeOfRecert,
  livesOfOthers,
  OTHER_POLICIES,
  planned,
  type RecertYear,
} from '../../simulation/compare.js';
import type { YearFigures } from '../../simulation/measures.js';
import type { Scenario } from '../../simulation/scenario.js';
import type { Context } from '../context.js';
import { startProgress } from '../output/progress.js';

/** A policy of Recert to be tried. */
type Trial = Readonly<{ name: string; policy: ProfileConfig }>;

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
export function* allYears(scenario: Scenario, trials: readonly Trial[]): Generator<Year> {
  yield* livesOfOthers(scenario);
  for (const trial of trials) yield lifeOfRecert(scenario, trial);
}

/** The same with a bar: each takes some seconds, in which nothing else is done, and moves it when it is over. */
export function watchYears(scenario: Scenario, trials: readonly Trial[], context: Context): Year[] {
  const progress = startProgress('Living it through', context);
  const total = OTHER_POLICIES + trials.length;
  const years: Year[] = [];
  progress.show(0, total);
  for (const year of allYears(scenario, trials)) {
    years.push(year);
    context.err(context.colors.dim(`  ${year.policy}: done`));
    progress.show(years.length, total);
  }
  progress.end();
  return years;
}
