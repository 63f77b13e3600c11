import type { ComputerSummary } from '../../api/answers.js';

const COLUMNS = [
  'id',
  'serialNumber',
  'name',
  'username',
  'realName',
  'managed',
  'lastContact',
  'inventory',
  'profile',
  'state',
  'expires',
  'due',
] as const;

/** Header line of the CSV file. */
export const CSV_HEADER = line(COLUMNS);

/** Returns CSV lines (RFC 4180): one for each Mac and watched profile. Times are ISO 8601 in UTC. */
export function csvOf(macs: readonly ComputerSummary[]): string {
  return macs
    .flatMap((mac) =>
      mac.states.map(({ profile, state, expiresAt, dueAt }) =>
        line([
          mac.id,
          mac.serialNumber,
          mac.name,
          mac.username,
          mac.realName,
          mac.managed ? 'yes' : 'no',
          iso(mac.lastContactAt),
          iso(mac.reportedAt),
          profile,
          state,
          iso(expiresAt),
          iso(dueAt),
        ]),
      ),
    )
    .join('');
}

function iso(at: number | null): string {
  return at === null ? '' : new Date(at).toISOString();
}

function line(cells: readonly string[]): string {
  return `${cells.map(cell).join(',')}\r\n`;
}

/**
 * Puts an apostrophe before a text that starts like a formula, so a spreadsheet does not evaluate it (OWASP, CSV
 * injection).
 */
function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/u.test(text) ? `'${text}` : text;
  return /[",\r\n]/u.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
