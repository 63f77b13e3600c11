import { createColors } from 'picocolors';
import { expect, test } from 'vitest';
import { resolveConnection } from '../../../src/cli/http/client.js';
import { CliError } from '../../../src/cli/exit.js';
import { exactly, facts, macs, state, table, when } from '../../../src/cli/output/print.js';

const plain = createColors(false);
const NOW = Date.parse('2026-11-23T19:40:05.123Z');

test('times are relative and exact', () => {
  expect(when(null, NOW)).toBe('never');
  expect(when(NOW + 12 * 86_400_000, NOW)).toBe('in 12d');
  expect(when(NOW - 3 * 3_600_000, NOW)).toBe('3h ago');
  expect(when(NOW - 999, NOW)).toBe('now');
  expect(exactly(NOW)).toBe('2026-11-23 19:40:05Z');
  expect(exactly(null)).toBe('–');
  expect([macs(0), macs(1), macs(2)]).toEqual(['0 Macs', '1 Mac', '2 Macs']);
});

test('a table has aligned columns, no borders, and no spaces at line ends', () => {
  const text = table(
    ['ID', 'STATE'],
    [
      ['1', 'healthy'],
      ['22', 'due'],
    ],
    plain,
  );
  expect(text).toBe(['ID  STATE', '1   healthy', '22  due'].join('\n'));
  expect(
    facts(
      [
        ['a', '1'],
        ['long', '2'],
      ],
      plain,
    ),
  ).toBe('a     1\nlong  2');
});

test.each([
  ['eligible', 'Queued'],
  ['including', 'Restoring'],
  ['pushed', 'Command sent'],
  ['retry', 'Retrying'],
  ['needs-human', 'Needs attention'],
  ['cancelled', 'Canceled'],
  ['accepted', 'accepted'],
])('shows the API value %s as %s', (value, label) => {
  expect(state(value, plain)).toBe(label);
});

test('adds colors only if they are enabled', () => {
  expect(state('overdue', plain)).toBe('Overdue');
  expect(state('overdue', createColors(true))).toContain('[31m');
  expect(state('verified', createColors(true))).toContain('[32m');
});

test('options take precedence over the environment', () => {
  const environment = { RECERT_URL: 'https://a.example.com/', RECERT_TOKEN: 'from-environment' };
  expect(resolveConnection({}, environment)).toEqual({
    url: 'https://a.example.com',
    token: 'from-environment',
  });
  expect(resolveConnection({ url: 'http://b:1', token: 't' }, environment)).toEqual({
    url: 'http://b:1',
    token: 't',
  });
  expect(resolveConnection({}, {})).toEqual({ url: 'http://127.0.0.1:8080', token: undefined });
  expect(() => resolveConnection({ url: 'b:1' }, {})).toThrow(CliError);
});
