/** Rounds epoch milliseconds down to a full second, the precision of certificate dates. */
export function wholeSecond(at: number): number {
  return Math.floor(at / 1000) * 1000;
}

/** Epoch milliseconds as ISO 8601 without milliseconds, the format of certificate dates in Jamf Pro. */
export function isoSecond(at: number): string {
  return new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');
}
