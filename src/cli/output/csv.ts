/** Formats CSV (RFC 4180) with a header row. Cells that a spreadsheet would evaluate as a formula are escaped. */
export function csv(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, ...rows].map((cells) => cells.map(cell).join(',')).join('\r\n');
}

/** Formats epoch milliseconds as ISO 8601 in UTC; `null` becomes an empty string. */
export function csvInstant(at: number | null): string {
  return at === null ? '' : new Date(at).toISOString();
}

/** Puts an apostrophe before a cell that starts like a formula (OWASP, CSV Injection). */
function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/u.test(text) ? `'${text}` : text;
  return /[",\r\n]/u.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
