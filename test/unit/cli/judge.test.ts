import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { EXIT } from '../../../src/cli/exit.js';
import { recert } from '../../support/cli.js';
import { record } from '../jamf/support/inventory.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'recert-judge-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const NOW = Date.parse('2026-11-23T12:00:00Z');
const judge = async (content: string, words: readonly string[] = ['--identifier', 'PROFILE-UUID']) => {
  const file = join(folder, 'records');
  await writeFile(file, content);
  return recert(['computers', 'judge', file, ...words], { now: () => NOW });
};
const XML =
  '<computer><general><id>17</id><name>mac-17</name><report_date_epoch>1795428000000</report_date_epoch></general>' +
  '<certificates><certificate><common_name>a PROFILE-UUID</common_name><identity>true</identity>' +
  '<expires_epoch>1795500000000</expires_epoch></certificate></certificates></computer>';

it.each([
  ['a page', JSON.stringify({ totalCount: 1, results: [record('6')] })],
  ['one record', JSON.stringify(record('6'))],
  ['a list', JSON.stringify([record('6')])],
])('assesses %s of inventory', async (_, content) => {
  const { code, out } = await judge(content);
  expect([code, out]).toEqual([EXIT.done, expect.stringMatching(/6 +mac-6 +SERIAL6 +Overdue .* 1 of 1 /)]);
});

it('assesses a record of the Classic API at a given time', async () => {
  const words = ['--identifier', 'PROFILE-UUID', '--at', '2026-11-25T00:00:00Z', '--json'];
  const { code, out } = await judge(XML, words);
  expect(code).toBe(EXIT.done);
  expect(JSON.parse(out)).toMatchObject({
    computers: [{ computer: { id: '17' }, assessment: { state: 'expired', matching: 1 } }],
    unread: 0,
  });
});

it('reports records without an ID, and accepts a window like the configuration', async () => {
  const { code, out, err } = await judge(JSON.stringify({ results: [record('6'), { id: '' }] }), [
    '--subject',
    'profile-uuid',
    '--window',
    '1%',
  ]);
  expect([code, out]).toEqual([EXIT.done, expect.stringContaining('Healthy')]);
  expect(err).toContain('1 records without a valid ID');
});

it.each([
  ['neither identifier nor pattern', '{}', [], '--identifier'],
  ['a bad pattern', '{}', ['--subject', '('], '--subject: is not a regular expression'],
  ['a bad window', '{}', ['--subject', 'a', '--window', '80%'], '--window: a percentage'],
  ['a bad instant', '{}', ['--subject', 'a', '--at', 'soon'], '--at: must be a time'],
  ['what is no JSON', 'x', ['--subject', 'a'], 'neither JSON nor XML'],
  ['what is no XML', '<a>', ['--subject', 'a'], 'not well-formed XML'],
])('refuses %s', async (_, content, words, said) => {
  const { code, err } = await judge(content, words);
  expect(code).toBe(EXIT.usage);
  expect(err).toContain(said);
});
