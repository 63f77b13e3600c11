import type { ProfileConfig } from '../../config/sections/profile.js';
import {
  lifeOfOneProfile,
  lifeOfRecert,
  livesOfOthers,
  OTHER_POLICIES,
  type RecertYear,
} from '../../simulation/compare.js';
import type { YearFigures } from '../../simulation/measures.js';
import type { Scenario } from '../../simulation/scenario.js';
import type { Context } from '../context.js';
import { startProgress } from '../output/progress.js';

/** A Recert policy to simulate, with the name under which its result is shown. */
type Trial = Readonly<{ name: string; policy: ProfileConfig }>;

/** Result of one policy. `rails` is how far the safety limits were used; only Recert policies have it. */
export type Year = YearFigures & { rails?: RecertYear['rails'] };

/**
 * Simulates every policy on the same fleet, one after the other: first the reference policies, then Recert with
 * the settings of each trial.
 */
export async function* allYears(scenario: Scenario, trials: readonly Trial[]): AsyncGenerator<Year> {
  yield* livesOfOthers(scenario);
  for (const trial of trials) yield await lifeOfRecert(scenario, trial);
  const [first] = trials;
  if (first) yield await lifeOfOneProfile(scenario, first.policy);
}

/**
 * Runs `allYears` with a progress bar. Each simulation blocks the process for some seconds, so the bar advances
 * only once per policy.
 */
export async function watchYears(
  scenario: Scenario,
  trials: readonly Trial[],
  context: Context,
): Promise<Year[]> {
  const progress = startProgress('Simulating', context);
  const total = OTHER_POLICIES + trials.length;
  const years: Year[] = [];
  progress.show(0, total);
  for await (const year of allYears(scenario, trials)) {
    years.push(year);
    context.err(context.colors.dim(`  ${year.policy}: done`));
    progress.show(years.length, total);
  }
  progress.end();
  return years;
}
