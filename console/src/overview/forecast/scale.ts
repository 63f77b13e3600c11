/**
 * Returns the upper end of the axis of a chart: `most` rounded up to 1, 2, 4, 6, 8 or 10 times a power of ten; at
 * least 2.
 */
export function niceTop(most: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(most)));
  const step = [1, 2, 4, 6, 8, 10].find((one) => one * unit >= most) ?? 10;
  return Math.max(2, step * unit);
}
