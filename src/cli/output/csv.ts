/** Lines of CSV (RFC 4180) for spreadsheets: a line of headings, instants in UTC, nothing that a spreadsheet takes for a formula. */
export function csv(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, ...rows].map((cells) => cells.map(cell).join(',')).join('\r\n');
}

/** An instant as ISO 8601; empty for none. */
export function csvInstant(at: number | null): string {
  return at === null ? '' : new Date(at).toISOString();
}

/** A name that begins like a formula would be one in a spreadsheet: an apostrophe keeps it a text (OWASP, CSV injection). */
function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/u.test(text) ? `'${text}` : text;
  return /[",\r\n]/u.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
