/** A value in an RSQL filter, quoted so that blanks, quotes, commas and parentheses in it stay text. Jamf reads `*` as a wildcard. */
export function quoted(value: string): string {
  return `"${value.replace(/[\\"]/g, '\\$&')}"`;
}

/** A value that Jamf's own examples leave bare, such as an id, a uuid or a constant; quoted when it is none. */
export function bare(value: string): string {
  return /^[\w-]+$/.test(value) ? value : quoted(value);
}

/** Conditions that must all hold. */
export function all(conditions: readonly string[]): string {
  return conditions.join(';');
}
