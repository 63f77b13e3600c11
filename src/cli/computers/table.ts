import { csv, csvInstant } from '../output/csv.js';
import type { Context } from '../context.js';
import { state, table, when } from '../output/print.js';
import type { Summary } from './find.js';

/** Formats Macs as a table, one row per Mac and watched profile. */
export function computersTable(found: readonly Summary[], { colors, now }: Context): string {
  const at = now();
  const rows = found.flatMap((mac) =>
    (mac.states.length === 0 ? [null] : mac.states).map((one) => [
      mac.id,
      mac.serialNumber,
      mac.name,
      mac.username,
      one?.profile ?? '–',
      mac.retiredAt === null ? state(one?.state ?? '–', colors) : colors.dim('retired'),
      when(one?.expiresAt ?? null, at),
      when(mac.lastContactAt, at),
    ]),
  );
  return table(['ID', 'SERIAL', 'NAME', 'USER', 'PROFILE', 'STATE', 'EXPIRES', 'LAST CONTACT'], rows, colors);
}

/** Formats Macs as CSV, with the same columns as the export of the console. */
export function computersCsv(found: readonly Summary[]): string {
  return csv(
    [
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
    ],
    found.flatMap((mac) =>
      mac.states.map(({ profile, state: inState, expiresAt, dueAt }) => [
        mac.id,
        mac.serialNumber,
        mac.name,
        mac.username,
        mac.realName,
        mac.managed ? 'yes' : 'no',
        csvInstant(mac.lastContactAt),
        csvInstant(mac.reportedAt),
        profile,
        inState,
        csvInstant(expiresAt),
        csvInstant(dueAt),
      ]),
    ),
  );
}
