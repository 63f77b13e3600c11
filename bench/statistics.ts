/** Median, minimum and maximum of a list of figures. */
export interface Spread {
  median: number;
  least: number;
  most: number;
}

/** Median and range of the figures. @throws RangeError when the list is empty */
export function spreadOf(figures: readonly number[]): Spread {
  return { median: percentile(figures, 0.5), least: percentile(figures, 0), most: percentile(figures, 1) };
}

/**
 * Percentile by the nearest-rank method, without interpolation. `share` is 0 to 1.
 *
 * @throws RangeError when the list is empty
 */
export function percentile(figures: readonly number[], share: number): number {
  const sorted = Float64Array.from(figures).sort();
  const figure = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  if (figure === undefined) throw new RangeError('An empty list has no percentile');
  return figure;
}
