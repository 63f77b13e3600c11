/**
 * Quotes a value for an RSQL filter, so blanks, quotes, commas and parentheses are literal. `*` remains a wildcard
 * in Jamf Pro.
 */
export function quoted(value: string): string {
  return `"${value.replace(/[\\"]/g, '\\$&')}"`;
}

/** Returns an ID, UUID or constant without quotes, as in the examples of Jamf, and quotes any other value. */
export function bare(value: string): string {
  return /^[\w-]+$/.test(value) ? value : quoted(value);
}

/** Joins conditions of an RSQL filter with AND. */
export function all(conditions: readonly string[]): string {
  return conditions.join(';');
}
