import { expect, test } from 'vitest';
import { CSV_HEADER, csvOf } from '../../../console/src/macs/list/csv.js';
import { computersCsv } from '../../../src/cli/computers/table.js';

const mac = {
  instance: 'prod',
  id: '6',
  serialNumber: 'SERIAL6',
  name: '=cmd|calc',
  username: 'jane, "the" first',
  realName: 'Jane\nDoe',
  managed: true,
  reportedAt: null,
  lastContactAt: 1_780_000_000_000,
  retiredAt: null,
  states: [
    { profile: 'okta', state: 'due' as const, dueAt: 1_780_000_000_000, expiresAt: 1_790_000_000_000 },
    { profile: 'wifi', state: 'unknown' as const, dueAt: null, expiresAt: null },
  ],
};

test('a cell is quoted where necessary, and is never a formula', () => {
  const [head, first] = computersCsv([mac]).split('\r\n');
  expect(head).toMatch(/^id,serialNumber,name,/u);
  expect(first).toContain(`6,SERIAL6,'=cmd|calc,"jane, ""the"" first","Jane\nDoe",yes,2026-05-28T`);
});

test('the command line and the console create identical files', () => {
  expect(`${computersCsv([mac])}\r\n`).toBe(CSV_HEADER + csvOf([mac]));
});
