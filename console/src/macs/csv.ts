import type { ComputerSummary } from '../api/answers.js';

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

/** The first line. */
export const CSV_HEAD = line(COLUMNS);

/** Macs as lines of CSV (RFC 4180), one for each watched profile; instants in UTC. */
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

/** A name that begins like a formula would be one in a spreadsheet: an apostrophe keeps it a text (OWASP, CSV injection). */
function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/u.test(text) ? `'${text}` : text;
  return /[",\r\n]/u.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
