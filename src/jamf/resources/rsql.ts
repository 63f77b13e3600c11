/** Quotes a value for an RSQL filter, so that blanks, quotes, commas and parentheses are literal. `*` remains a wildcard in Jamf Pro. */
export function quoted(value: string): string {
  return `"${value.replace(/[\\"]/g, '\\$&')}"`;
}

/** Leaves an ID, UUID or constant unquoted, as in Jamf's examples, and quotes any other value. */
export function bare(value: string): string {
  return /^[\w-]+$/.test(value) ? value : quoted(value);
}

/** Joins conditions with AND. */
export function all(conditions: readonly string[]): string {
  return conditions.join(';');
}
