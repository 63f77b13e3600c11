/** Epoch milliseconds cut to the second: certificates know nothing finer. */
export function wholeSecond(at: number): number {
  return Math.floor(at / 1000) * 1000;
}

/** ISO 8601 without milliseconds, as Jamf writes certificate dates. */
export function isoSecond(at: number): string {
  return new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');
}
