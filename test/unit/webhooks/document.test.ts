import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { EVENTS, UNKNOWN_EVENT } from '../../../src/webhooks/recognise/event-types.js';

const HEAD = ['Event', 'What is done', 'Why'];

/** The rows of the Markdown table with this head, without padding. */
function tableIn(text: string, head: readonly string[]): string[][] {
  const rows = text.split('\n').map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
  const start = rows.findIndex((row) => row.join() === head.join());
  const rest = rows.slice(start + 2);
  return rest.slice(
    0,
    rest.findIndex((row) => row.length === 0),
  );
}

it('docs/webhooks.md describes each event as the code does', () => {
  const written = tableIn(readFileSync(new URL('../../../docs/webhooks.md', import.meta.url), 'utf8'), HEAD);
  const rows = [
    ...Object.entries(EVENTS).map(([name, { done, why }]) => [name, done, why]),
    ['any other', UNKNOWN_EVENT.done, UNKNOWN_EVENT.why],
  ];
  const expected = rows.map((row) => `| ${row.join(' | ')} |`);
  // If this fails, copy the expected lines into the table.
  expect(written.map((row) => `| ${row.join(' | ')} |`)).toEqual(expected);
});
