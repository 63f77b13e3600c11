import { expect, it } from 'vitest';
import { readFileSync } from 'node:fs';
import { RULES } from '../../../../src/domain/audit/rules.js';

const file = new URL('../../../../docs/profiles.md', import.meta.url);
const [START, END] = ['<!-- rules -->', '<!-- /rules -->'];

/** Compares words only: prettier pads the columns of a table and escapes characters. */
const words = (text: string) => text.replace(/[\s\\|*_-]+/g, ' ').trim();

it('the page lists every rule with its current text', () => {
  const page = readFileSync(file, 'utf8');
  const rows = Object.entries(RULES).map(
    ([name, { severity, source, why, todo }]) =>
      `| \`${name}\` | ${severity} | ${source} | ${why} | ${todo} |`,
  );
  const table = ['| Rule | Severity | From | Why | What to do |', '| --- | --- | --- | --- | --- |', ...rows];
  const written = page.split(START)[1]?.split(END)[0] ?? '';
  expect(words(written)).toBe(words(table.join('\n')));
});
