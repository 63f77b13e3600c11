/** The middle of some figures, and the least and the most of them. */
export interface Spread {
  median: number;
  least: number;
  most: number;
}

/** @throws RangeError when there is none */
export function spreadOf(figures: readonly number[]): Spread {
  return { median: percentile(figures, 0.5), least: percentile(figures, 0), most: percentile(figures, 1) };
}

/**
 * The figure below which a share (0 to 1) of all lie: the nearest one, none between two.
 *
 * @throws RangeError when there is none
 */
export function percentile(figures: readonly number[], share: number): number {
  const sorted = Float64Array.from(figures).sort();
  const figure = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  if (figure === undefined) throw new RangeError('of no figures there is no percentile');
  return figure;
}
